/** A run on one line: what it does, how it stands, how long it has taken, and when it ends at the latest. */
import { Group, Text } from '@mantine/core';
import { t } from 'i18next';
import { duration, Moment, useNow } from '../moment';
import { inWords } from '../code-words';
import { Status } from '../status';
import type { RunProgress } from '../workflow-graph/graph';

/** "Create", "Add capacity", "Create database". */
export function nameOfRun({ verb, kind }: Pick<RunProgress, 'verb' | 'kind'>): string {
  return inWords(verb ?? kind);
}

/** How long a run has taken, or takes up to now. Milliseconds. */
export function lengthOf({ startedAt, createdAt, finishedAt }: RunProgress, now: Date): number {
  return (finishedAt === undefined ? now.getTime() : Date.parse(finishedAt)) - Date.parse(startedAt ?? createdAt);
}

export function RunLine({ run }: { run: RunProgress }) {
  const now = useNow(1_000);
  return (
    <Group gap="sm">
      <Text fw={600}>{nameOfRun(run)}</Text>
      <Status of={run.paused === true ? 'Paused' : run.phase} />
      <Text size="sm" c="dimmed" component="span">
        {duration(lengthOf(run, now))} ·{' '}
        {run.finishedAt === undefined ? (
          <>
            {t('ends at the latest')} <Moment at={run.deadline} />
          </>
        ) : (
          <Moment at={run.finishedAt} />
        )}
      </Text>
    </Group>
  );
}
