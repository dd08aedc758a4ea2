/** Runs, their events and observations as the console gets them. */
import type { Handlers } from '@cellplane/api';
import type { RunEvent, RunSummary } from '../../engine/model.js';
import type { RunObservation } from '../../engine/run-observations.js';
import { nameInTags } from '@cellplane/api/name-tag';
import type { InstanceFacts } from '../wire.js';
import type { PlanNames, StepOfRun } from './fleet-store.js';

type Described = Awaited<ReturnType<Handlers['describeRun']>>;

/** What is known of where a run belongs. */
export interface RunFacts {
  instance: InstanceFacts;
  plan: PlanNames;
  step: StepOfRun | undefined;
}

export function listedRun(
  workflow: Omit<Described['run'], keyof PlanNames | 'verb' | 'version' | 'cellId' | 'instanceName'>,
  run: RunSummary,
  { instance: { instance }, plan, step }: RunFacts,
): Described['run'] {
  const instanceName = nameInTags(instance.tags);
  return {
    ...workflow,
    ...plan,
    verb: step?.verb ?? run.kind,
    version: step?.planVersion ?? instance.planVersion,
    cellId: run.cellId,
    ...(instanceName === undefined ? {} : { instanceName }),
    ...(run.paused && run.finishedAt === undefined ? { paused: true } : {}),
  };
}

export function eventOnWire({ sequence, at, type, step, nodeId, message, details }: RunEvent): Described['events'][number] {
  return {
    sequence,
    time: at.toISOString(),
    type,
    step,
    ...(nodeId === undefined ? {} : { nodeId }),
    message,
    ...(details === undefined ? {} : { details }),
  };
}

export function observationOnWire({ nodeId, at, verdict, object }: RunObservation): Described['observations'][number] {
  const { state, reason, success, failure } = verdict;
  const { resourceVersion, generation, gone, status } = object;
  return {
    nodeId,
    time: at.toISOString(),
    state: typeof state === 'string' ? state : 'waiting',
    reason: typeof reason === 'string' ? reason : '',
    ...(success === undefined ? {} : { success }),
    ...(failure === undefined ? {} : { failure }),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(typeof generation === 'number' ? { generation } : {}),
    ...(gone === true ? { gone } : {}),
    ...(status === undefined ? {} : { status }),
  };
}
