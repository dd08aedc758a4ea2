/** How many instances need somebody to look; each number shows those instances. FAILED counts as unhealthy. */
import { Group, Text, UnstyledButton } from '@mantine/core';
import { t } from 'i18next';
import { Mark } from '../status';
import type { TableState } from '../table/data-table';
import classes from './counters.module.css';
import type { InstanceCounts } from './instance-query';

const number = new Intl.NumberFormat();

export function InstanceCounters({ counts, state }: { counts: InstanceCounts | undefined; state: TableState }) {
  const chosen = state.search['state'] ?? '';
  const all = [
    { key: '', tone: 'good', count: counts?.total, word: t('in all') },
    { key: 'failed', tone: 'bad', count: counts?.failed, word: t('failed') },
    { key: 'unhealthy', tone: 'bad', count: counts?.unhealthy, word: t('unhealthy') },
    { key: 'waiting', tone: 'busy', count: counts?.waiting, word: t('waiting') },
    { key: 'underWay', tone: 'busy', count: counts?.underWay, word: t('under way') },
  ] as const;
  return (
    <Group gap="xs" role="group" aria-label={t('How the instances are')}>
      {all.map(({ key, tone, count, word }) => (
        <UnstyledButton
          key={key}
          className={classes['counter'] ?? ''}
          aria-pressed={chosen === key}
          data-none={count === 0 || undefined}
          onClick={() => state.change({ state: chosen === key ? '' : key })}
        >
          {key !== '' && (count ?? 0) > 0 && <Mark tone={tone} />}
          <Text component="span" fw={600} size="md">
            {count === undefined ? '–' : number.format(count)}
          </Text>
          <Text component="span" size="sm" c="dimmed">
            {word}
          </Text>
        </UnstyledButton>
      ))}
    </Group>
  );
}
