/** What an upgrade would touch: who, what changes, what restarts, how long, which cells, and who cannot be upgraded. */
import { Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { duration, Moment } from '../../kit/moment';
import { Facts } from '../../kit/page/facts';
import { Mark } from '../../kit/status';
import { InstanceLink } from '../instance-link';
import { useNamedInstances } from './named-queries';
import type { BlastRadius } from './upgrade-queries';

/** Rows of a list before the rest is only counted. */
const FEW = 6;

export function BlastSheet({ radius, isOld }: { radius: BlastRadius; isOld: boolean }) {
  const { changes, windows, waves, estimatedSeconds } = radius;
  const rows: [string, ReactNode][] = [
    [
      t('Instances'),
      waves.length > 1
        ? t('{{count}} in {{waves}} waves: {{each}}', { count: radius.totalCount, waves: waves.length, each: waves.join(', ') })
        : String(radius.totalCount),
    ],
    [t('Customers'), few(radius.byCustomer.map(({ organizationName, instances }) => `${organizationName} (${String(instances)})`))],
    [t('Cells'), few(radius.byCell.map(({ cell, instances }) => `${cell} (${String(instances)})`))],
    [t('Environment'), radius.environmentType],
    [
      t('Objects'),
      [
        t('{{count}} changed', { count: changes.changed }),
        t('{{count}} made', { count: changes.created }),
        t('{{count}} deleted', { count: changes.deleted }),
        ...(changes.unknown > 0 ? [t('{{count}} nobody can tell', { count: changes.unknown })] : []),
        ...(changes.refused > 0 ? [t('{{count}} refused', { count: changes.refused })] : []),
      ].join(', '),
    ],
    [
      t('Restarts'),
      changes.instancesThatRestart === 0
        ? t('none that the plan declares')
        : t('{{count}} instances', { count: changes.instancesThatRestart, defaultValue_one: '{{count}} instance' }),
    ],
    [
      t('Looked at'),
      changes.complete ? t('all of them') : t('{{count}} of {{total}}', { count: changes.lookedAt, total: radius.totalCount }),
    ],
    [
      t('Takes'),
      estimatedSeconds === undefined
        ? t('nobody knows: the plan has seen no upgrade or modify')
        : t('about {{duration}}', { duration: duration(estimatedSeconds * 1000) }),
    ],
    ...(windows.instances > 0 ? [[t('Maintenance windows'), <Windows key="windows" windows={windows} />] as [string, ReactNode]] : []),
  ];
  const facts = rows.map(([name, value]) => ({ name, value }));
  return (
    <Stack gap="sm" style={isOld ? { opacity: 0.6 } : undefined} aria-live="polite">
      {isOld && <Text role="status">{t('The form has changed since. Look again.')}</Text>}
      <Facts facts={facts} />
      {changes.notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          {note}
        </Text>
      ))}
      {radius.blockedCount > 0 && (
        <Troubled
          title={t('{{count}} cannot be upgraded as they are', {
            count: radius.blockedCount,
            defaultValue_one: '{{count}} cannot be upgraded as it is',
          })}
          entries={radius.blocked.map(({ instanceId, problems }) => ({
            instanceId,
            why: problems.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`)).join(' '),
          }))}
        />
      )}
      {radius.notNow.length > 0 && (
        <Troubled
          title={t('{{count}} are not ready now', { count: radius.notNow.length, defaultValue_one: '{{count}} is not ready now' })}
          entries={radius.notNow}
        />
      )}
    </Stack>
  );
}

function Windows({ windows }: Pick<BlastRadius, 'windows'>) {
  return (
    <>
      {t('{{count}} have one, {{closed}} are closed now', { count: windows.instances, closed: windows.closedNow })}
      {windows.latestOpening !== undefined && (
        <>
          {' '}
          · {t('the last opens')} <Moment at={windows.latestOpening} />
        </>
      )}
    </>
  );
}

function Troubled({ title, entries }: { title: string; entries: { instanceId: string; why: string }[] }) {
  const first = entries.slice(0, FEW);
  const known = useNamedInstances(first.map(({ instanceId }) => instanceId));
  const names = new Map(known?.map(({ value, label }) => [value, label === value ? undefined : label]));
  return (
    <Stack gap={4}>
      <Text fw={600}>
        <Mark tone="bad" /> {title}
      </Text>
      {first.map(({ instanceId, why }) => (
        <Text key={instanceId} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <InstanceLink id={instanceId} name={names.get(instanceId)} /> {why}
        </Text>
      ))}
      {entries.length > FEW && (
        <Text size="sm" c="dimmed">
          {t('and {{count}} more', { count: entries.length - FEW })}
        </Text>
      )}
    </Stack>
  );
}

function few(names: string[]): string {
  const more = names.length - FEW;
  return [...names.slice(0, FEW), ...(more > 0 ? [t('and {{count}} more', { count: more })] : [])].join(', ') || '–';
}
