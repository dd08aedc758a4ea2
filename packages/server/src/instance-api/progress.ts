/** What an instance is doing right now. */
import type { Handlers } from '@cellplane/api';
import { listRuns } from '../engine/list-runs.js';
import { notFound } from '../errors.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { verbOf } from '../lifecycle/run-data.js';
import type { RunViews } from './live/run-views.js';
import { breakpointsOnWire, stepsOnWire, waitOnWire } from './run-wire.js';
import { isRunSeenBy } from './seen-workflows.js';
import { selectVisibleToo } from '../instances/store.js';
import { isBeingWorkedOn } from '../lifecycle/store.js';
import { endpointAddresses, statusDescription } from './wire.js';
import { isAtRest } from '../instances/instance.js';

type Progress = Awaited<ReturnType<Handlers['describeInstanceProgress']>>;

/** State of an instance and of its newest run; one that was deleted says so. @throws DomainError not_found */
export async function instanceProgress(
  deps: InstanceDeps,
  runs: RunViews,
  caller: { orgId: string },
  instanceId: string,
): Promise<Progress> {
  const instance = await selectVisibleToo(deps.db, caller, instanceId);
  if (instance === undefined) throw notFound('instance', instanceId);
  const newest = (await listRuns(deps.db, { subject: instanceId, pageSize: 1 })).runs[0];
  const described = newest === undefined ? undefined : await runs.describe(newest.id);
  const run = described !== undefined && (await isRunSeenBy(deps.db, caller, instance, described)) ? described : undefined;
  const description = statusDescription(instance);
  return {
    instanceId,
    status: instance.status,
    ...(description === '' ? {} : { statusDescription: description }),
    // Backups and custom workflows leave the status alone while they run.
    final: isAtRest(instance.status) && !(await isBeingWorkedOn(deps.db, instanceId)),
    // Its row keeps them; nothing answers there any more.
    endpoints: instance.deletedAt === null ? endpointAddresses(instance) : {},
    ...(run === undefined
      ? {}
      : {
          run: {
            id: run.id,
            kind: run.kind,
            ...verbOf(run),
            phase: run.phase,
            message: run.message,
            ...(run.code === '' ? {} : { code: run.code }),
            createdAt: run.createdAt.toISOString(),
            ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt.toISOString() }),
            ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt.toISOString() }),
            deadline: run.deadlineAt.toISOString(),
            ...(run.waitingFor === undefined ? {} : { waitingFor: waitOnWire(run.waitingFor) }),
            tasks: stepsOnWire(run),
            paused: run.paused,
            graph: run.graph,
            breakpoints: breakpointsOnWire(run),
          },
        }),
  };
}
