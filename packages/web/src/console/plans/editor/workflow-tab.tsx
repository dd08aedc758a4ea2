/** The workflow at the cursor, drawn; the task that is chosen says what it does. */
import { Skeleton, Stack, Text } from '@mantine/core';
import type { CompiledPlan, CompiledWorkflow, GraphTask } from '@cellplane/plan';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { memo, useState } from 'react';
import { planLanguage } from '../../../kit/editor/plan-language';
import { planNumber } from '../../../kit/editor/plan-number';
import { WorkflowPicture } from '../workflow-picture';
import type { VerbAt } from './use-verb';
import { KEPT_MS } from './use-simulation';
import { useChoice, WorkflowChoice } from './workflow-choice';

/** Drawn anew only if something of it is another one: not with each key that is typed. */
export const WorkflowTab = memo(function WorkflowTab({
  plan,
  isOld,
  at,
}: {
  plan: CompiledPlan | undefined;
  isOld: boolean;
  at: VerbAt | undefined;
}) {
  const { choices, choice, choose } = useChoice(plan, at);
  const [task, setTask] = useState<string>();
  const graph = useQuery({
    queryKey: ['plan language', 'graph', planNumber(plan), choice?.value],
    gcTime: KEPT_MS,
    enabled: plan !== undefined && choice !== undefined,
    // The picture before stays until the next one is there.
    placeholderData: (before: GraphTask[] | undefined) => before,
    queryFn: () =>
      plan === undefined || choice === undefined ? [] : planLanguage('graph', plan, choice.resource.key, choice.workflow.verb),
  });
  if (plan === undefined) return <Text c="dimmed">{t('The workflow is drawn once the text has no errors.')}</Text>;
  if (choice === undefined) return <Text c="dimmed">{t('This plan has no workflows yet.')}</Text>;
  const entry = graph.data?.find(({ id }) => id === task);
  return (
    <Stack gap="sm">
      <WorkflowChoice choices={choices} choice={choice} onChoose={choose} isOld={isOld} />
      {graph.data === undefined ? (
        <Skeleton height={240} aria-label={t('Drawing the workflow')} />
      ) : (
        <WorkflowPicture tasks={graph.data} chosen={task} onChoose={setTask} />
      )}
      {entry === undefined ? (
        <Text size="sm" c="dimmed">
          {t('Choose a task to see what it does.')}
        </Text>
      ) : (
        <TaskWords entry={entry} workflow={choice.workflow} />
      )}
    </Stack>
  );
});

/** What a task does, and what it waits for. */
function TaskWords({ entry, workflow }: { entry: GraphTask; workflow: CompiledWorkflow }) {
  const call = workflow.templates
    .flatMap((template) => (template.type === 'dag' ? template.tasks : template.type === 'steps' ? template.groups.flat() : []))
    .find(({ name }) => name === entry.name);
  const template = workflow.templates.find(({ name }) => name === (call?.template ?? entry.name));
  const waits = template?.type === 'resource' ? template : undefined;
  return (
    <Stack gap={4}>
      <Text fw={600}>{entry.name}</Text>
      <Text size="sm">{[entry.action, entry.kind].filter(Boolean).join(' ')}</Text>
      {call?.when !== undefined && <Condition words={t('only when')} text={call.when} />}
      {waits?.successCondition !== undefined && <Condition words={t('done when')} text={waits.successCondition} />}
      {waits?.failureCondition !== undefined && <Condition words={t('failed when')} text={waits.failureCondition} />}
    </Stack>
  );
}

function Condition({ words, text }: { words: string; text: string }) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <span className="muted">{words}</span> <span className="mono">{text}</span>
    </Text>
  );
}
