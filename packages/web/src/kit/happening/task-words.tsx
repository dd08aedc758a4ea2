/** A task of a run in words: what it acts on, and what it waits for, clause by clause with live values. */
import { Group, Paper, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { clausesOf, type Waiting } from '../clauses';
import { Moment } from '../moment';
import { Status } from '../status';
import type { Task } from '../workflow-graph/graph';

export function TaskWords({ task }: { task: Task }) {
  const object = task.object as { kind?: string; name?: string } | undefined;
  return (
    <Paper bg="var(--mantine-color-default-hover)" p="sm">
      <Group gap="sm">
        <Text fw={600}>{task.title || task.name}</Text>
        <Status of={task.phase} />
        {object?.kind !== undefined && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {task.action} {object.kind} <span className="mono">{object.name}</span>
          </Text>
        )}
      </Group>
      {task.message !== '' && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {task.message}
        </Text>
      )}
      {task.waitingFor !== undefined && <WaitWords wait={task.waitingFor} />}
      <Causes causes={task.causes ?? []} />
    </Paper>
  );
}

type CauseOf = NonNullable<Task['causes']>[number];

/** Why something does not become ready, in the words of whoever knows, and what helps. */
export function Causes({ causes }: { causes: readonly CauseOf[] }) {
  return causes.map(({ code, object, cause, words, cure }) => (
    <Stack key={code + object} gap={0} mt={4}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <span className="mono">{object}</span> {t('says')}: {words === '' ? cause : words}
      </Text>
      {cure !== '' && (
        <Text size="sm" c="dimmed">
          {cure}
        </Text>
      )}
    </Stack>
  ));
}

function WaitWords({ wait }: { wait: Waiting }) {
  const clauses = clausesOf(wait);
  return (
    <Stack gap={4} mt={4}>
      <Text size="sm">
        {clauses.length === 0 ? wait.reason : t('It waits for what follows')} · {t('since')} <Moment at={wait.since} /> ·{' '}
        {t('at the latest')} <Moment at={wait.deadline} />
      </Text>
      {clauses.map(({ text, value, live }) => (
        <Group key={text} gap="xs" wrap="nowrap" align="baseline">
          <Status of={value ? 'Succeeded' : 'Waiting'} word={value ? t('met') : t('not yet')} />
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <span className="mono">{text}</span>
            {!value && live !== undefined && <> · {t('is {{live}}', { live })}</>}
          </Text>
        </Group>
      ))}
      {wait.explanation !== undefined && <Text size="sm">{wait.explanation}</Text>}
    </Stack>
  );
}
