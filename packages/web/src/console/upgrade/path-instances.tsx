/** The instances of a path with the reason of each, and what can be done for one. */
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { Moment, WithMoments } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { InstanceCell } from '../instance-link';
import { pathStatus } from '../upgrades/path-status';
import { type InstanceUpgrade, nameOfUpgraded, type UpgradePath } from '../upgrades/upgrade-queries';
import { useManage } from './use-manage';

/** Stands in a row of its own. */
const BROUGHT_BACK = / ?It was brought back to the version that it had\.$/;

export function PathInstances({ path, instances }: { path: UpgradePath; instances: InstanceUpgrade[] | undefined }) {
  const manage = useManage(path);
  const role = useMay('manageUpgradePath').why;
  const isOpen = path.completedAt === undefined;
  return (
    <Section
      title={t('Instances')}
      about={
        instances !== undefined && instances.length < path.totalCount
          ? t('The first {{count}} of {{total}}.', { count: instances.length, total: path.totalCount })
          : undefined
      }
    >
      {manage.isError && <Failure title={t('It is not left out')} error={manage.error} />}
      <DataTable
        label={t('Instances of the upgrade')}
        rows={instances}
        keyOf={({ instanceId }) => instanceId}
        empty={<Text c="dimmed">{t('There are none.')}</Text>}
        columns={[
          {
            key: 'instance',
            name: t('Instance'),
            sortBy: (one) => nameOfUpgraded(one) ?? one.instanceId,
            cell: (one) => <InstanceCell id={one.instanceId} name={nameOfUpgraded(one)} owner={one.orgName} />,
          },
          { key: 'wave', name: t('Wave'), sortBy: ({ wave }) => wave ?? 0, cell: ({ wave }) => wave },
          {
            key: 'status',
            name: t('Status'),
            sortBy: ({ status }) => status,
            cell: (one) => (
              <>
                <Status {...pathStatus(one)} />
                {one.statusDescription !== undefined && (
                  <Text size="xs" c="dimmed" maw={420} style={{ overflowWrap: 'anywhere' }}>
                    <WithMoments text={one.statusDescription.replace(BROUGHT_BACK, '')} />
                  </Text>
                )}
                {one.rollbackStatus !== undefined && (
                  <Text size="xs">{t('Brought back: {{status}}', { status: inWords(one.rollbackStatus).toLowerCase() })}</Text>
                )}
              </>
            ),
          },
          {
            key: 'begun',
            name: t('Begun'),
            cell: ({ upgradeStartTime }) => (upgradeStartTime === undefined ? '–' : <Moment at={upgradeStartTime} />),
          },
          {
            key: 'actions',
            name: t('Run or action'),
            cell: ({ workflowID, status, instanceId }) => (
              <Group gap="xs" wrap="nowrap">
                {workflowID !== '' && (
                  <Anchor size="sm" renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId: workflowID }} {...props} />}>
                    {t('Show the run')}
                  </Anchor>
                )}
                {isOpen && ['PENDING', 'SCHEDULED', 'PAUSED'].includes(status) && (
                  <GuardedButton
                    size="xs"
                    variant="default"
                    why={role}
                    loading={manage.isPending && manage.variables.instanceIds?.[0] === instanceId}
                    onClick={() => manage.mutate({ action: 'skip-instances', instanceIds: [instanceId] })}
                  >
                    {t('Leave out')}
                  </GuardedButton>
                )}
              </Group>
            ),
          },
        ]}
      />
    </Section>
  );
}
