/** The columns of lists of instances. */
import { Anchor, Box, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../moment';
import { inWords } from '../code-words';
import { Mark, Status } from '../status';
import type { Column } from '../table/data-table';
import type { ListedInstance } from './instance-query';

/** The front whose page an instance opens. */
export type Opens = '/instances/$instanceId' | '/console/instances/$instanceId';

export function instanceColumns(opens: Opens): Column<ListedInstance>[] {
  const isConsole = opens.startsWith('/console');
  return [
    // In the portal the names share the room that is left with the plans.
    { key: 'name', name: t('Instance'), ...(isConsole ? { width: 200 } : {}), cell: (row) => <Name row={row} opens={opens} /> },
    { key: 'status', name: t('Status'), width: 220, cell: (row) => <State row={row} /> },
    { key: 'health', name: t('Health'), width: 104, isHidden: !isConsole, cell: (row) => <Health of={row.health} /> },
    ...(isConsole ? [{ key: 'owner', name: t('Customer'), cell: ({ owner = '' }: ListedInstance) => owner }] : []),
    {
      key: 'plan',
      name: t('Plan'),
      ...(isConsole ? {} : { width: 200 }),
      cell: ({ serviceName, planName, version }) => (
        <>
          {planName}{' '}
          <Text component="span" className="mono" c="dimmed" size="sm">
            {version}
          </Text>
          <Text size="xs" c="dimmed">
            {serviceName}
          </Text>
        </>
      ),
    },
    { key: 'environment', name: t('Environment'), isHidden: true, cell: ({ environmentName }) => environmentName },
    { key: 'place', name: t('Place'), width: 130, cell: ({ cloudProvider, region }) => `${cloudProvider} ${region}` },
    ...(isConsole ? [{ key: 'cell', name: t('Cell'), isHidden: true, cell: ({ cell = '' }: ListedInstance) => cell }] : []),
    {
      key: 'tags',
      name: t('Tags'),
      isHidden: true,
      cell: ({ tags }) => (
        <Text size="xs" className="mono" component="span">
          {tags.map(({ key, value }) => `${key}=${value}`).join(' ')}
        </Text>
      ),
    },
    {
      key: 'protection',
      name: t('Deletion'),
      isHidden: true,
      cell: ({ deletionProtection }) => (deletionProtection ? t('protected') : t('not protected')),
    },
    { key: 'created', name: t('Created'), width: 120, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}

/** The name that people gave it, with the id under it; without a name the id. */
function Name({ row: { id, name }, opens }: { row: ListedInstance; opens: Opens }) {
  const open = (props: object) => <Link to={opens} params={{ instanceId: id }} {...props} />;
  if (name === '')
    return (
      <Anchor className="mono" renderRoot={open}>
        {id}
      </Anchor>
    );
  return (
    <Box style={{ overflowWrap: 'anywhere' }}>
      <Anchor fw={600} size="sm" renderRoot={open}>
        <bdi>{name}</bdi>
      </Anchor>
      <Text className="mono" c="dimmed" size="xs" lh={1.2}>
        {id}
      </Text>
    </Box>
  );
}

/** Status, what is under way, and why it failed. */
function State({ row: { status, statusDescription, operation } }: { row: ListedInstance }) {
  return (
    <Box>
      <Status of={status} />
      {operation !== undefined && (
        <Text size="xs" c="dimmed">
          {operation.paused ? t('{{operation}}: paused', { operation: inWords(operation.kind) }) : operationSaid(operation)}{' '}
          <Moment at={operation.startedAt} />
        </Text>
      )}
      {statusDescription !== '' && (
        <Text size="xs" c="dimmed" lineClamp={2} title={statusDescription}>
          {statusDescription}
        </Text>
      )}
    </Box>
  );
}

function operationSaid({ kind, waits }: { kind: string; waits: boolean }): string {
  const operation = inWords(kind);
  return waits ? t('{{operation}}: waits, begun', { operation }) : t('{{operation}}: begun', { operation });
}

/** FAILED counts as unhealthy, whatever the operator says. */
function Health({ of }: { of: string }) {
  const [tone, word] =
    of === 'HEALTHY'
      ? (['good', t('Healthy')] as const)
      : of === 'UNHEALTHY'
        ? (['bad', t('Unhealthy')] as const)
        : (['rest', t('Unknown')] as const);
  return (
    <Text size="sm" component="span" style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
      <Mark tone={tone} />
      {word}
    </Text>
  );
}
