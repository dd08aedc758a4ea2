/** What waits for one of the provider's people to decide: upgrades that stand still, and what customers ask for. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useScope } from '../../app/use-scope';
import { useMay } from '../../kit/access/use-may';
import { isolated } from '../../kit/done';
import { Failure } from '../../kit/failure';
import { Moment, WithMoments } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import type { ListedRequest } from '../requests/requests';
import { afterTitle, pathStatus } from '../upgrades/path-status';
import type { UpgradePath } from '../upgrades/upgrade-queries';
import { openRequests, stillUpgrades } from './decision-queries';
import { Marked } from './marked';

export function Decisions() {
  const scope = useScope();
  const { may } = useMay('listAllSubscriptionRequests');
  const paths = useQuery(stillUpgrades(scope));
  const asked = useQuery({ ...openRequests(scope), enabled: may });
  const upgrades = paths.data?.upgrades ?? [];
  const requests = asked.data?.requests ?? [];
  const failed = [paths, asked].find(({ isError }) => isError);
  if (failed === undefined && upgrades.length + requests.length === 0) return null;
  return (
    <Section title={t('To decide')}>
      <Stack gap="xs">
        {failed !== undefined && (
          <Failure title={t('What is to decide cannot be shown')} error={failed.error} retry={() => void failed.refetch()} />
        )}
        {upgrades.map((upgrade) => (
          <StillUpgrade key={upgrade.upgradePathId} of={upgrade} />
        ))}
        {paths.data?.hasMore === true && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/upgrades" search={{ status: 'PAUSED' }} {...props} />}>
            {t('All upgrades that stand still')}
          </Anchor>
        )}
        {requests.map((request) => (
          <OpenRequest key={request.id} of={request} />
        ))}
        {asked.data?.hasMore === true && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/requests" {...props} />}>
            {t('All requests that wait')}
          </Anchor>
        )}
      </Stack>
    </Section>
  );
}

function StillUpgrade({ of }: { of: UpgradePath }) {
  const { upgradePathId, productTierName, sourceVersion, targetVersion, halted, statusMessage } = of;
  return (
    <Marked tone={halted === true ? 'bad' : 'busy'}>
      <Anchor renderRoot={(props) => <Link to="/console/upgrades/$pathId" params={{ pathId: upgradePathId }} {...props} />}>
        {t('Upgrade of {{plan}}', { plan: productTierName })}{' '}
        <bdi dir="ltr">
          {sourceVersion} → {targetVersion}
        </bdi>
      </Anchor>
      <Text size="sm">
        {pathStatus(of).word}
        {statusMessage !== undefined && (
          <>
            {': '}
            <WithMoments text={afterTitle(statusMessage)} />
          </>
        )}
      </Text>
    </Marked>
  );
}

function OpenRequest({ of: { rootUserName, rootUserEmail, serviceName, productTierName, createdAt } }: { of: ListedRequest }) {
  return (
    <Marked tone="busy">
      <Anchor renderRoot={(props) => <Link to="/console/requests" {...props} />}>
        {t('{{customer}} asks for {{product}} · {{plan}}', {
          customer: isolated(rootUserName === '' ? rootUserEmail : rootUserName),
          product: serviceName,
          plan: productTierName,
        })}
      </Anchor>
      <Text size="sm" c="dimmed">
        <Moment at={createdAt} />
      </Text>
    </Marked>
  );
}
