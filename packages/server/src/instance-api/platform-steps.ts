/**
 * The platform's own steps of a run (docs/reference/api.md#platform-steps): Bootstrap, Storage, Network, Compute, Deployment, Monitoring. The
 * reference's clients know a run's progress by these names; the plan's tasks stand beside them under their own.
 *
 *     Bootstrap    the stages before the workflow: charts, namespace, access, values
 *     Storage, Network, Compute   nothing is done by the platform: an operator makes these, asked for by the plan's tasks
 *     Deployment   the plan's workflow; for a delete the removal of what is left, too
 *     Monitoring   endpoints and outputs are read and published
 *
 * A step has at most one Started, Completed and Failed event, so that no client takes a part of it for the whole.
 */
import type { RunDescription, RunEvent } from '../engine/model.js';

export type PlatformStep = 'Bootstrap' | 'Storage' | 'Network' | 'Compute' | 'Deployment' | 'Monitoring';

/** Events of one step; their sequence is that of the event that brought them about. */
export interface PlatformStepEvents {
  name: PlatformStep;
  state: 'IN_PROGRESS' | 'SUCCESS' | 'FAILED';
  events: RunEvent[];
}

type StepRun = Pick<RunDescription, 'kind' | 'phase' | 'message' | 'stages'>;

const BY_OPERATOR = ['Storage', 'Network', 'Compute'] as const;

/** The steps that have begun, in order. `events` are all of the run, oldest first. */
export function platformSteps(run: StepRun, events: RunEvent[]): PlatformStepEvents[] {
  const named = (position: 'before' | 'after') => run.stages.filter((stage) => stage.position === position);
  const [before, after] = [named('before'), named('after')];
  const of = (stages: typeof before) =>
    events.filter((event) => event.nodeId === undefined && stages.some((one) => one.name === event.step));
  const tasks = events.filter((event) => event.nodeId !== undefined);
  const ended = run.phase === 'Failed' || run.phase === 'Terminated';
  const steps: PlatformStepEvents[] = [];

  const prepared = before.every((stage) => stage.state === 'Succeeded');
  const bootstrap = ofStages('Bootstrap', run, of(before), prepared ? 'SUCCESS' : ended ? 'FAILED' : 'IN_PROGRESS');
  if (bootstrap !== undefined) steps.push(bootstrap);
  if (!prepared) return steps;
  const done = bootstrap?.events.at(-1);
  if (done !== undefined) steps.push(...BY_OPERATOR.map((name) => nothingToDo(name, done)));

  const closing = of(after);
  const removes = run.kind === 'delete';
  const worked = removes ? run.phase === 'Succeeded' : closing.length > 0 || run.phase === 'Succeeded';
  const work = removes ? [...tasks, ...closing] : tasks;
  const deployment = ofWork(run, work, worked ? 'SUCCESS' : ended ? 'FAILED' : 'IN_PROGRESS', done ?? events[0]);
  if (deployment !== undefined) steps.push(deployment);
  if (removes || !worked) return steps;

  const published = after.every((stage) => stage.state === 'Succeeded');
  const monitoring = ofStages('Monitoring', run, closing, published ? 'SUCCESS' : ended ? 'FAILED' : 'IN_PROGRESS');
  if (monitoring !== undefined) steps.push(monitoring);
  return steps;
}

/** Stages that make one step: what is between the first Started and the end is Debug. */
function ofStages(
  name: PlatformStep,
  run: StepRun,
  events: RunEvent[],
  state: PlatformStepEvents['state'],
): PlatformStepEvents | undefined {
  const latest = events.at(-1);
  if (latest === undefined) return undefined;
  const end = state === 'SUCCESS' ? 'WorkflowStepCompleted' : state === 'FAILED' ? 'WorkflowStepFailed' : undefined;
  const last = events.findLastIndex((event) => event.type === end);
  const step = events.map((event, index): RunEvent => {
    const type = index === 0 ? 'WorkflowStepStarted' : index === last ? event.type : 'WorkflowStepDebug';
    return { ...event, step: name, type };
  });
  // A run that a person or its deadline ended has no failed stage.
  if (state === 'FAILED' && last < 0) step.push({ ...latest, step: name, type: 'WorkflowStepFailed', message: run.message });
  return { name, state, events: step };
}

/** The workflow as one step: its tasks tell the rest under their own names. */
function ofWork(
  run: StepRun,
  work: RunEvent[],
  state: PlatformStepEvents['state'],
  from: RunEvent | undefined,
): PlatformStepEvents | undefined {
  const [first, last] = [work[0] ?? from, work.at(-1) ?? from];
  if (first === undefined || last === undefined) return undefined;
  const event = (of: RunEvent, type: RunEvent['type'], message: string): RunEvent => ({
    sequence: of.sequence,
    runId: of.runId,
    at: of.at,
    type,
    step: 'Deployment',
    message,
  });
  const hasTasks = work.some((one) => one.nodeId !== undefined);
  const what = run.kind === 'delete' && !hasTasks ? 'Removal of what the instance has in the cell' : `The plan's ${run.kind} workflow`;
  const events = [event(first, 'WorkflowStepStarted', what)];
  if (state === 'SUCCESS') events.push(event(last, 'WorkflowStepCompleted', what));
  if (state === 'FAILED') events.push(event(last, 'WorkflowStepFailed', run.message));
  return { name: 'Deployment', state, events };
}

function nothingToDo(name: PlatformStep, after: RunEvent): PlatformStepEvents {
  const of = { sequence: after.sequence, runId: after.runId, at: after.at, step: name };
  const message = `Nothing for the platform to do: the operator makes it, asked by the plan's tasks`;
  return {
    name,
    state: 'SUCCESS',
    events: [
      { ...of, type: 'WorkflowStepStarted', message },
      { ...of, type: 'WorkflowStepCompleted', message },
    ],
  };
}
