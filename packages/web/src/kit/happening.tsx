/** What an instance is doing now: the run drawn, and of the task that is chosen, or that waits, why it waits. */
import { Badge, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { duration, Moment, useNow } from './moment';
import { inWords, Status } from './status';
import type { LiveProgress } from './use-progress';
import { graphOf, type RunProgress, type Task } from './workflow-graph/graph';
import { clausesOf, type Waiting } from './clauses';

const WorkflowGraph = lazy(() => import('./workflow-graph/workflow-graph'));

export function Happening({ live }: { live: LiveProgress }) {
  const { progress, isLive } = live;
  const run = progress?.run;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="happening">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3" id="happening">
          {run !== undefined && run.finishedAt === undefined ? 'Happening now' : 'Last operation'}
        </Title>
        {progress !== undefined && !isLive && (
          <Badge color="yellow" variant="light" tt="none">
            Connection lost; trying again
          </Badge>
        )}
      </Group>
      {progress === undefined && <Skeleton height={120} aria-label="Loading what happens" />}
      {progress !== undefined && run === undefined && <Text c="dimmed">Nothing has been done with this instance yet.</Text>}
      {run !== undefined && <Run run={run} />}
    </Paper>
  );
}

function Run({ run }: { run: RunProgress }) {
  const [chosen, setChosen] = useState<string>();
  const graph = useMemo(() => graphOf(run), [run]);
  const { nodes } = graph;
  const waiting = nodes.find(({ tasks, phase }) => phase !== 'Succeeded' && tasks.some(({ waitingFor }) => waitingFor !== undefined));
  const failed = nodes.find(({ phase }) => phase === 'Failed' || phase === 'Error');
  const shown = nodes.find(({ id }) => id === chosen) ?? waiting ?? failed;
  return (
    <Stack gap="sm">
      <Line run={run} />
      {run.message !== '' && run.phase !== 'Succeeded' && (
        <Text c={run.finishedAt === undefined ? undefined : 'red'} role={run.finishedAt === undefined ? undefined : 'alert'}>
          {run.message}
        </Text>
      )}
      <Suspense fallback={<Skeleton height={320} aria-label="Drawing the workflow" />}>
        <WorkflowGraph graph={graph} chosen={shown?.id} onChoose={setChosen} />
      </Suspense>
      {shown?.tasks.map((task) => (
        <TaskWords key={task.nodeId ?? task.name} task={task} />
      ))}
    </Stack>
  );
}

function Line({ run }: { run: RunProgress }) {
  const now = useNow(1_000);
  const from = Date.parse(run.startedAt ?? run.createdAt);
  const to = run.finishedAt === undefined ? now.getTime() : Date.parse(run.finishedAt);
  return (
    <Group gap="sm" aria-live="polite">
      <Text fw={600}>{inWords(run.verb ?? run.kind)}</Text>
      <Status of={run.paused === true ? 'Paused' : run.phase} />
      <Text size="sm" c="dimmed">
        {duration(to - from)}
        {run.finishedAt === undefined ? (
          <>
            {' '}
            · ends at the latest <Moment at={run.deadline} />
          </>
        ) : (
          <>
            {' '}
            · <Moment at={run.finishedAt} />
          </>
        )}
      </Text>
    </Group>
  );
}

function TaskWords({ task }: { task: Task }) {
  const object = task.object as { kind?: string; name?: string } | undefined;
  return (
    <Paper bg="var(--mantine-color-default-hover)" p="sm">
      <Group gap="sm">
        <Text fw={600}>{task.title || task.name}</Text>
        <Status of={task.phase} />
        {object?.kind !== undefined && (
          <Text size="sm" c="dimmed">
            {task.action} {object.kind} <span className="mono">{object.name}</span>
          </Text>
        )}
      </Group>
      {task.message !== '' && <Text size="sm">{task.message}</Text>}
      {task.waitingFor !== undefined && <WaitWords wait={task.waitingFor} />}
      {task.causes?.map((cause) => (
        <Text key={cause.code + cause.object} size="sm">
          {cause.words} {cause.cure}
        </Text>
      ))}
    </Paper>
  );
}

function WaitWords({ wait }: { wait: Waiting }) {
  const clauses = clausesOf(wait);
  return (
    <Stack gap={4} mt={4}>
      <Text size="sm">
        {wait.reason} · since <Moment at={wait.since} /> · at the latest <Moment at={wait.deadline} />
      </Text>
      {clauses.map(({ text, value, live }) => (
        <Group key={text} gap="xs">
          <Status of={value ? 'Succeeded' : 'Waiting'} word={value ? 'met' : 'not yet'} />
          <span className="mono">{text}</span>
          {!value && live !== undefined && <Text size="sm">is {live}</Text>}
        </Group>
      ))}
      {wait.explanation !== undefined && <Text size="sm">{wait.explanation}</Text>}
    </Stack>
  );
}
