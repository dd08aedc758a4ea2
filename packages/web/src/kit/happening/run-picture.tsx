/** A run drawn as a graph; below it the task that is chosen, or else the one that waits or has failed. */
import { Skeleton, Stack } from '@mantine/core';
import { t } from 'i18next';
import { lazy, Suspense, useMemo, useState } from 'react';
import { graphOf, type RunGraph, type RunNode, type RunProgress } from '../workflow-graph/graph';
import { TaskWords } from './task-words';

const WorkflowGraph = lazy(() => import('../workflow-graph/workflow-graph'));

export function RunPicture({ run }: { run: RunProgress }) {
  const [chosen, setChosen] = useState<string>();
  const graph = useMemo(() => graphOf(run), [run]);
  const shown = graph.nodes.find(({ id }) => id === chosen) ?? worthLooking(graph);
  return (
    <Stack gap="sm">
      <Suspense fallback={<Skeleton height={200} aria-label={t('Drawing the workflow')} />}>
        <WorkflowGraph graph={graph} chosen={shown?.id} onChoose={setChosen} />
      </Suspense>
      {shown?.tasks.map((task) => (
        <TaskWords key={task.nodeId ?? task.name} task={task} />
      ))}
    </Stack>
  );
}

/** The node that says why the run is where it is: the one that has failed, or else one that waits. */
function worthLooking({ nodes }: RunGraph): RunNode | undefined {
  const failed = nodes.find(({ phase }) => phase === 'Failed' || phase === 'Error');
  return failed ?? nodes.find(({ tasks, phase }) => phase !== 'Succeeded' && tasks.some(({ waitingFor }) => waitingFor !== undefined));
}
