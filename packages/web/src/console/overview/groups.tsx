/** Plan versions over cells: one row each, with counts by status. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { CountBar } from '../../kit/count-bar';
import { type Column, DataTable } from '../../kit/table/data-table';
import type { Fleet } from './fleet-query';

/** `isOneCell`: all are in one, which the page is of. */
export function Groups({ groups, isOneCell = false }: { groups: Fleet['groups']; isOneCell?: boolean }) {
  return (
    <DataTable
      label={t('Plan versions and cells')}
      rows={groups}
      keyOf={({ planId, version, cellId }) => `${planId} ${version} ${cellId}`}
      empty={null}
      columns={[
        {
          key: 'plan',
          name: t('Plan'),
          sortBy: ({ serviceName, planName, version }) => `${serviceName} ${planName} ${version}`,
          cell: ({ serviceName, planName, version, serviceId, environmentId, planId }) => (
            <>
              <Text>
                <Anchor
                  renderRoot={(props) => (
                    <Link
                      to="/console/plans/$serviceId/$environmentId/$planId"
                      params={{ serviceId, environmentId, planId }}
                      search={{ version }}
                      {...props}
                    />
                  )}
                >
                  {planName}
                </Anchor>{' '}
                <Text component="span" className="mono" size="sm">
                  {version}
                </Text>
              </Text>
              <Text size="xs" c="dimmed">
                {serviceName}
              </Text>
            </>
          ),
        },
        {
          key: 'environment',
          name: t('Environment'),
          sortBy: ({ environmentName }) => environmentName,
          cell: ({ environmentName }) => environmentName,
        },
        ...(isOneCell ? [] : [cellColumn()]),
        { key: 'total', name: t('Instances'), sortBy: ({ total }) => total, align: 'right', cell: ({ total }) => total },
        {
          key: 'statuses',
          name: t('By status'),
          cell: ({ statuses, planId, version, cellId }) => (
            <CountBar
              counts={statuses}
              as={(status, content) => (
                <Anchor
                  size="xs"
                  renderRoot={(props) => (
                    <Link to="/console/instances" search={{ plan: planId, version, cell: cellId, status } as never} {...props} />
                  )}
                >
                  {content}
                </Anchor>
              )}
            />
          ),
        },
      ]}
    />
  );
}

function cellColumn(): Column<Fleet['groups'][number]> {
  return {
    key: 'cell',
    name: t('Cell'),
    sortBy: ({ cell }) => cell,
    cell: ({ cell }) => <Anchor renderRoot={(props) => <Link to="/console/cells/$cell" params={{ cell }} {...props} />}>{cell}</Anchor>,
  };
}
