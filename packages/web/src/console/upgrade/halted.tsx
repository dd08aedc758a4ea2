/** A path that has halted: the gate that fell, and the three things to do about it. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { WithMoments } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { afterTitle } from '../upgrades/path-status';
import { upgradeInstances, type UpgradePath } from '../upgrades/upgrade-queries';
import { useManage } from './use-manage';

export function Halted({ path }: { path: UpgradePath }) {
  const role = useMay('manageUpgradePath').why;
  const manage = useManage(path);
  const [open, setOpen] = useState<'cancel' | 'skip'>();
  const instances = useQuery(upgradeInstances(path));
  if (path.status !== 'PAUSED' || path.halted !== true) {
    if (path.statusMessage === undefined) return null;
    // That a wave is watched stands in the wave.
    if (path.status === 'IN_PROGRESS' && path.soakUntil !== undefined) return null;
    return (
      <Text role={path.status === 'FAILED' ? 'alert' : undefined}>
        <WithMoments text={path.statusMessage} />
      </Text>
    );
  }
  const waiting = (instances.data ?? []).filter(
    ({ status, wave }) => wave === path.currentWave && ['PENDING', 'PAUSED', 'SCHEDULED'].includes(status),
  );
  return (
    <Alert color="red" variant="light" role="alert" title={t('Halted in wave {{wave}}', { wave: path.currentWave ?? 1 })}>
      <Stack gap="sm">
        <Text>
          <WithMoments text={afterTitle(path.statusMessage ?? '')} />
        </Text>
        <Text size="sm">{t('What has begun goes on; nothing else is touched.')}</Text>
        <Group gap="xs">
          <GuardedButton
            variant="default"
            why={role}
            loading={manage.isPending && manage.variables.action === 'resume'}
            onClick={() => manage.mutate({ action: 'resume' })}
          >
            {t('Resume over this')}
          </GuardedButton>
          <GuardedButton
            variant="default"
            why={role ?? (waiting.length === 0 ? t('No instance of this wave waits.') : undefined)}
            onClick={() => setOpen('skip')}
          >
            {t('Leave out the rest of the wave')}
          </GuardedButton>
          <GuardedButton variant="default" color="red" why={role} onClick={() => setOpen('cancel')}>
            {t('Cancel the upgrade')}
          </GuardedButton>
        </Group>
        {manage.isError && <Failure title={t('Nothing was done to the upgrade')} error={manage.error} />}
      </Stack>
      <Confirm
        opened={open === 'skip'}
        onClose={() => setOpen(undefined)}
        title={t('Leave out the rest of the wave')}
        action={t('Leave them out')}
        failure={t('They are not left out')}
        submit={() => manage.mutateAsync({ action: 'skip-instances', instanceIds: waiting.map(({ instanceId }) => instanceId) })}
      >
        {t('{{count}} instances keep version {{version}}. Then resume the path, or cancel it.', {
          count: waiting.length,
          version: path.sourceVersion,
          defaultValue_one: '{{count}} instance keeps version {{version}}. Then resume the path, or cancel it.',
        })}
      </Confirm>
      <Confirm
        opened={open === 'cancel'}
        onClose={() => setOpen(undefined)}
        title={t('Cancel this upgrade')}
        action={t('Cancel the upgrade')}
        keep={t('Leave it halted')}
        failure={t('It is not cancelled')}
        submit={() => manage.mutateAsync({ action: 'cancel' })}
      >
        {t(
          'Instances that have not begun keep version {{version}}. Those that are done keep the new one: “Plan the way back” under More brings them back.',
          {
            version: path.sourceVersion,
          },
        )}
      </Confirm>
    </Alert>
  );
}
