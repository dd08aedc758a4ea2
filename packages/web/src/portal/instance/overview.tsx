/** What an instance is reached by, what can bring it back, and how it is set up. */
import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Configuration, Outputs } from '../../kit/instances/configuration';
import { Connect } from '../../kit/instances/connect';
import type { Origin, OwnInstance } from '../own';
import { parametersOf } from '../own-queries';
import { rotatable } from '../../kit/parameters/modifiable';
import type { Snapshot } from '../../kit/snapshots/kind';
import { ownDoor } from '../snapshots/door';
import { type Standing, whyNot, whyReadOnly } from './actions';
import { Backups } from '../../kit/snapshots/backups';
import { Details } from './details';
import { revealOf } from './use-actions';

interface Props {
  instance: OwnInstance;
  origin: Origin;
  standing: Standing;
  snapshots: UseQueryResult<Snapshot[]>;
  isTaking: boolean;
  onTake: () => void;
  onRestore: (of: string) => void;
  /** Asks for a new value of a secret, by its key. */
  onRotate: (key: string) => void;
}

export function Overview({ instance, origin, standing, snapshots, isTaking, onTake, onRestore, onRotate }: Props) {
  const { service, offering, resource } = origin;
  const described = useQuery(parametersOf(instance, origin));
  const secrets = { reveal: revealOf(instance.id), whyMasked: whyReadOnly(standing) };
  const takes = (instance.supportedOperations ?? []).some(({ verb }) => verb === 'BACKUP') || (snapshots.data ?? []).length > 0;
  const values = {
    instance,
    parameters: described.data?.apis.find(({ verb }) => verb === 'CREATE')?.inputParameters ?? [],
    ...secrets,
    rotation: { keys: new Set(rotatable(instance).map(({ key }) => key)), why: whyNot(standing, 'modify'), open: onRotate },
  };
  // Two columns that are as long as what they hold: neither waits for the other.
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Stack gap="md" miw={0}>
        <div id="connect" style={{ scrollMarginTop: 'calc(var(--app-shell-header-offset, 0px) + 12px)' }}>
          <Connect instance={instance} named={[service.serviceName, offering.productTierName, resource.name]} {...secrets} />
        </div>
        {described.isPending ? <Skeleton height={200} aria-label={t('Loading the values')} /> : <Configuration {...values} />}
      </Stack>
      <Stack gap="md" miw={0}>
        {takes && (
          <Backups
            door={ownDoor}
            instance={instance}
            snapshots={snapshots.data}
            error={snapshots.error}
            retry={() => void snapshots.refetch()}
            whyNotTake={whyNot(standing, 'backup')}
            whyNotRestore={whyNot(standing, 'restore')}
            isTaking={isTaking}
            onTake={onTake}
            onRestore={onRestore}
          />
        )}
        {described.isPending ? <Skeleton height={200} aria-label={t('Loading the values')} /> : <Outputs {...values} />}
        <Details instance={instance} origin={origin} />
      </Stack>
    </SimpleGrid>
  );
}
