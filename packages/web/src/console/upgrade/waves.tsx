/** Waves as columns, in each the instances as they stand. */
import { Group, Paper, ScrollArea, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { CountBar } from '../../kit/count-bar';
import { Deadline } from '../../kit/moment';
import { Mark, toneOf } from '../../kit/status';
import { pathCounts, pathStatus } from '../upgrades/path-status';
import { type InstanceUpgrade, nameOfUpgraded, type UpgradePath } from '../upgrades/upgrade-queries';
import classes from './waves.module.css';

/** Instances that a column draws; the rest is counted. */
const MOST_DRAWN = 60;

export function Waves({ path, instances }: { path: UpgradePath; instances: readonly InstanceUpgrade[] | undefined }) {
  const waves = path.waves ?? [];
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('Waves') }}>
      <div className={classes['waves']}>
        {waves.map(({ wave, ...counts }) => {
          const own = instances?.filter((one) => one.wave === wave);
          const isCurrent = wave === path.currentWave && path.completedAt === undefined;
          return (
            <Paper
              key={wave}
              withBorder
              p="sm"
              className={classes['wave']}
              data-current={isCurrent}
              data-halted={isCurrent && path.halted === true}
            >
              <Stack gap="xs">
                <Group justify="space-between" wrap="nowrap">
                  <Title order={3} size="sm">
                    {waves.length === 1 ? t('All') : t('Wave {{wave}}', { wave })}
                  </Title>
                  <Text size="xs" c="dimmed">
                    {isCurrent ? (path.halted === true ? t('halted') : t('now')) : ''}
                  </Text>
                </Group>
                <CountBar counts={pathCounts(counts)} />
                {isCurrent && path.soakUntil !== undefined && (
                  <Text size="xs" c="dimmed">
                    {t('watched until')} <Deadline at={path.soakUntil} />
                  </Text>
                )}
                {own === undefined && <Skeleton height={60} />}
                <Group gap={6}>
                  {own?.slice(0, MOST_DRAWN).map((one) => {
                    const { of, word } = pathStatus(one);
                    const name = nameOfUpgraded(one);
                    const called = name === undefined ? one.instanceId : `${name} (${one.instanceId})`;
                    return (
                      <Link
                        key={one.instanceId}
                        className={classes['instance'] ?? ''}
                        data-tone={toneOf(of)}
                        to="/console/instances/$instanceId"
                        params={{ instanceId: one.instanceId }}
                        aria-label={t('{{instance}}: {{status}}', { instance: called, status: word })}
                        title={`${called} · ${word}${one.statusDescription === undefined ? '' : ` · ${one.statusDescription}`}`}
                      >
                        <Mark tone={toneOf(of)} />
                        <span className={name === undefined ? 'mono' : classes['name']} dir="auto">
                          {name ?? one.instanceId.split('-').at(-1)}
                        </span>
                      </Link>
                    );
                  })}
                </Group>
                {counts.totalCount > MOST_DRAWN && (
                  <Text size="xs" c="dimmed">
                    {t('and {{count}} more', { count: counts.totalCount - MOST_DRAWN })}
                  </Text>
                )}
              </Stack>
            </Paper>
          );
        })}
      </div>
    </ScrollArea>
  );
}
