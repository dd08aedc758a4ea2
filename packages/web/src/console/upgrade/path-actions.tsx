/** What a person may do to an upgrade path. */
import { Group, Menu, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Confirm } from '../../kit/page/confirm';
import { planVersions } from '../plans-query';
import type { UpgradePath } from '../upgrades/upgrade-queries';
import { useManage } from './use-manage';

const OPEN = ['SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED'];

export function PathActions({ path }: { path: UpgradePath }) {
  const role = useMay('manageUpgradePath').why;
  const manage = useManage(path);
  const navigate = useNavigate();
  const [open, setOpen] = useState<'cancel' | 'target'>();
  const isOpen = OPEN.includes(path.status);
  const close = () => setOpen(undefined);
  const done = path.completedCount + path.failedCount;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        {isOpen && path.status !== 'PAUSED' && (
          <GuardedButton
            variant="default"
            why={role}
            loading={manage.isPending && manage.variables.action === 'pause'}
            onClick={() => manage.mutate({ action: 'pause' })}
          >
            {t('Pause')}
          </GuardedButton>
        )}
        {path.status === 'PAUSED' && path.halted !== true && (
          <GuardedButton
            variant="default"
            why={role}
            loading={manage.isPending && manage.variables.action === 'resume'}
            onClick={() => manage.mutate({ action: 'resume' })}
          >
            {t('Resume')}
          </GuardedButton>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <GuardedButton variant="default" why={role} onClick={() => undefined}>
              {t('More')}
            </GuardedButton>
          </Menu.Target>
          <Menu.Dropdown>
            {isOpen && (
              <Menu.Item disabled={path.notifyCustomer === true} onClick={() => manage.mutate({ action: 'notify-customer' })}>
                {t('Tell the customers by mail')}
                {path.notifyCustomer === true && <Why>{t('they are told already')}</Why>}
              </Menu.Item>
            )}
            {isOpen && (
              <Menu.Item disabled={targetFixed(path) !== undefined} onClick={() => setOpen('target')}>
                {t('Change the version for the rest …')}
                {targetFixed(path) !== undefined && <Why>{targetFixed(path)}</Why>}
              </Menu.Item>
            )}
            <Menu.Item
              disabled={done === 0}
              onClick={() =>
                void navigate({
                  to: '/console/new-upgrade',
                  search: { planId: path.productTierId, from: path.targetVersion, to: path.sourceVersion },
                })
              }
            >
              {t('Plan the way back …')}
              {done === 0 && <Why>{t('no instance has come to the new version')}</Why>}
            </Menu.Item>
            {isOpen && (
              <Menu.Item color="red" onClick={() => setOpen('cancel')}>
                {t('Cancel …')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {manage.isError && <Failure title={t('Nothing was done to the upgrade')} error={manage.error} />}
      <Confirm
        opened={open === 'cancel'}
        onClose={close}
        title={t('Cancel this upgrade')}
        action={t('Cancel the upgrade')}
        keep={t('Let it go on')}
        failure={t('It is not cancelled')}
        submit={() => manage.mutateAsync({ action: 'cancel' })}
      >
        {t('{{count}} instances that have not begun keep version {{version}}. What has begun goes on to its end; what is done stays.', {
          count: path.pendingCount + (path.scheduledCount ?? 0),
          version: path.sourceVersion,
        })}
      </Confirm>
      <Modal opened={open === 'target'} onClose={close} title={t('Change the version for the rest')} centered>
        <TargetForm path={path} onDone={close} />
      </Modal>
    </Stack>
  );
}

function Why({ children }: { children: string | undefined }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

/** Why another version cannot be given now; undefined: it can. */
function targetFixed({ status, inProgressCount }: UpgradePath): string | undefined {
  if (inProgressCount > 0) return t('while nothing is in progress');
  return status === 'IN_PROGRESS' ? t('while it is paused, or has not begun') : undefined;
}

function TargetForm({ path, onDone }: { path: UpgradePath; onDone: () => void }) {
  const [version, setVersion] = useState<string | null>(null);
  const queries = useQueryClient();
  const versions = useQuery(planVersions);
  const { serviceId, productTierId, upgradePathId } = path;
  const change = useMutation({
    mutationFn: (targetVersion: string) =>
      client.changeUpgradePathTargetVersion({ params: { serviceId, productTierId, upgradePathId }, body: { targetVersion } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['upgrades'] });
      onDone();
    },
  });
  const offered = (versions.data ?? []).filter((one) => one.id === productTierId && one.version !== path.targetVersion);
  return (
    <Stack gap="md">
      <Text>{t('Instances that have not begun get this version. Those that are over keep what they have.')}</Text>
      <Select
        label={t('Version')}
        data={offered.map(({ version: value, versionSetStatus }) => ({ value, label: `${value} · ${versionSetStatus.toLowerCase()}` }))}
        value={version}
        onChange={setVersion}
        data-autofocus
      />
      {change.isError && <Failure title={t('The version is not changed')} error={change.error} />}
      <Group justify="flex-end">
        <GuardedButton
          why={version === null ? t('Choose a version.') : undefined}
          loading={change.isPending}
          onClick={() => version !== null && change.mutate(version)}
        >
          {t('Change the version')}
        </GuardedButton>
      </Group>
    </Stack>
  );
}
