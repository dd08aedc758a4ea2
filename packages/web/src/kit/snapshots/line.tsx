/** The line of backups, drawn: ◆ by hand, ● by schedule, a band where each moment can be restored. */
import { Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { t } from 'i18next';
import { Moment, useNow } from '../moment';
import { inWords } from '../code-words';
import { kindOf, type Snapshot } from './kind';
import classes from './line.module.css';
import { timelineOf } from './timeline';

interface Props {
  snapshots: readonly Snapshot[];
  restorableSince: string | undefined;
  onChoose: (snapshot: Snapshot) => void;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function BackupLine({ snapshots, restorableSince, onChoose }: Props) {
  const now = useNow(30_000);
  const { points, from, anyMomentFrom } = timelineOf(snapshots, restorableSince, now);
  return (
    <Box>
      <Box className={classes['line']} role="group" aria-label={t('Backups on a line')}>
        {anyMomentFrom !== undefined && <span className={classes['band']} style={{ insetInlineStart: `${anyMomentFrom}%` }} />}
        {points.map(({ snapshot, at, kind }) => {
          const words = `${kindOf(snapshot)}, ${exact.format(new Date(snapshot.createdTime))}, ${inWords(snapshot.status).toLowerCase()}`;
          return (
            <Tooltip key={snapshot.snapshotId} label={words}>
              <UnstyledButton
                className={classes['point']}
                data-kind={kind}
                data-status={snapshot.status}
                style={{ insetInlineStart: `${at}%` }}
                aria-label={t('Backup {{words}}', { words })}
                onClick={() => onChoose(snapshot)}
              />
            </Tooltip>
          );
        })}
      </Box>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          <Moment at={from.toISOString()} />
        </Text>
        <Text size="xs" c="dimmed">
          {t('now')}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" ta="center">
        {anyMomentFrom === undefined
          ? t('◆ by hand · ● by schedule')
          : t('◆ by hand · ● by schedule · within the frame: restorable to any moment')}
      </Text>
    </Box>
  );
}
