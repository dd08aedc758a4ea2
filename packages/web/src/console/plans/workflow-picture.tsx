/** A workflow of a plan as a graph; one of its tasks can be chosen. */
import { Skeleton, Text } from '@mantine/core';
import type { GraphTask } from '@cellplane/plan';
import { t } from 'i18next';
import { lazy, Suspense, useMemo } from 'react';
import { type KnownTasks, plannedGraph } from '../../kit/workflow-graph/planned';

const WorkflowGraph = lazy(() => import('../../kit/workflow-graph/workflow-graph'));

interface Props {
  tasks: readonly GraphTask[];
  known?: KnownTasks | undefined;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

export function WorkflowPicture({ tasks, known, chosen, onChoose }: Props) {
  const graph = useMemo(() => plannedGraph(tasks, known), [tasks, known]);
  if (tasks.length === 0) return <Text c="dimmed">{t('This workflow has no tasks.')}</Text>;
  return (
    <Suspense fallback={<Skeleton height={240} aria-label={t('Drawing the workflow')} />}>
      <WorkflowGraph graph={graph} chosen={chosen} onChoose={onChoose} />
    </Suspense>
  );
}
