/** Breakpoints as callers ask for them and see them. */
import type { Breakpoint } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { addBreakpoints, placeInWords } from '../engine/breakpoint.js';
import type { BreakpointPlace } from '../engine/model.js';
import { selectBreakpoints } from '../engine/run-history.js';
import { describeRun } from '../engine/describe-run.js';
import type { RunDescription } from '../engine/model.js';
import { badRequest, notFound } from '../errors.js';
import { selectVisibleToo } from '../instances/store.js';
import { keptIn, sameName } from '../lifecycle/breakpoints.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { selectOpenOperations } from '../lifecycle/store.js';
import { breakpointsOnWire } from './run-wire.js';
import { isRunSeenBy } from './seen-workflows.js';

/** Where the running operation of an instance is held, and where it is to be held. */
export async function breakpointsOf(db: Database, instanceId: string): Promise<Breakpoint[]> {
  const running = (await selectOpenOperations(db, instanceId)).find((one) => one.status === 'running');
  const breakpoints = running?.runId == null ? undefined : await selectBreakpoints(db, running.runId);
  if (running === undefined || breakpoints === undefined) return [];
  const now = breakpointsOnWire({ breakpoints }).filter((one) => one.status !== 'Passed');
  const later = keptIn(running.data).filter((one) => running.nextSteps.some((step) => step.resourceKey === one.resourceKey));
  return [
    ...now,
    ...later.map(({ id, event, place, resourceKey }) => ({
      id,
      ...(event === undefined ? {} : { event }),
      status: 'Pending',
      place: `${placeInWords(place)} of ${resourceKey}`,
    })),
  ];
}

/**
 * Adds a breakpoint to a run that goes on; answers all that it has.
 * @throws DomainError not_found; bad_request naming what there is; invalid_state if it has been there
 */
export async function addBreakpoint(
  deps: InstanceDeps,
  caller: { orgId: string },
  input: { runId: string; at: string },
): Promise<{ id: string; breakpoints: Breakpoint[] }> {
  const { runId, at } = input;
  const describe = async (): Promise<RunDescription> => {
    const run = await describeRun({ db: deps.db, sealer: deps.sealer }, runId);
    const instance = run === undefined ? undefined : await selectVisibleToo(deps.db, caller, run.subject);
    if (run === undefined || instance === undefined || !(await isRunSeenBy(deps.db, caller, instance, run)))
      throw notFound('workflow', runId);
    return run;
  };
  const run = await describe();
  const stage = run.stages.find((one) => sameName(one.name, at));
  const task = run.graph.find((one) => one.name === at);
  if (stage === undefined && task === undefined && at !== 'workflow') {
    const names = [...run.stages.map((one) => one.name), ...run.graph.map((one) => one.name)];
    throw badRequest('unknown-breakpoint', `at: workflow ${runId} has no task or stage "${cut(at)}"; it has ${names.join(', ')}.`, [
      { field: 'at', message: 'is not a task or stage of the run' },
    ]);
  }
  // A workflow that is one template has one task, which is all of it.
  const whole = at === 'workflow' || (task !== undefined && !task.id.includes('.') && !task.id.includes('['));
  const place: BreakpointPlace = whole ? 'workflow' : task !== undefined ? `task:${task.name}` : `stage:${stage?.name ?? at}`;
  await transaction(deps.db, (tx) => addBreakpoints(tx, runId, [{ place, id: at }]));
  deps.wake(runId);
  return { id: runId, breakpoints: breakpointsOnWire(await describe()) };
}
