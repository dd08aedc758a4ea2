/** Handlers of what the console shows of all products at once. */
import type { Caller, Handlers } from '@cellplane/api';
import { listRuns } from '../../engine/list-runs.js';
import type { RunFilter, RunPhase, RunSummary } from '../../engine/model.js';
import { runEvents } from '../../engine/run-events.js';
import { runObservations } from '../../engine/run-observations.js';
import { badRequest, notFound } from '../../errors.js';
import { selectInstancesById, type Within } from '../../instances/store.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';
import { readDate } from '../../request-text/moment.js';
import type { RunViews } from '../live/run-views.js';
import { gather } from '../read-instance.js';
import { instanceOfRun, runNotFound } from '../removed-run.js';
import { breakpointsOnWire, placeOfRun, stepsOnWire, workflowOnWire } from '../run-wire.js';
import { isRunSeenBy } from '../seen-workflows.js';
import {
  countAlarms,
  countInstances,
  countWaits,
  isRunOf,
  selectNamesOf,
  selectPlansOf,
  selectStepsOf,
  selectUnderWay,
} from './fleet-store.js';
import { eventOnWire, listedRun, observationOnWire } from './wire.js';

export type FleetHandlers = Pick<Handlers, 'describeFleet' | 'listRuns' | 'describeRun'>;

type ListedRun = Awaited<ReturnType<Handlers['describeRun']>>['run'];

const STUCK_AFTER_MINUTES = 15;
const MOST_UNDER_WAY = 50;
const MOST_EVENTS = 5_000;
const MOST_OBSERVATIONS = 2_000;
const PHASES: readonly RunPhase[] = ['Pending', 'Running', 'Succeeded', 'Failed', 'Terminated'];

export function fleetHandlers(deps: InstanceDeps, runs: RunViews): FleetHandlers {
  const { db } = deps;
  return {
    async describeFleet({ query, caller }) {
      const within = withinOf(query);
      const stuckAfterMinutes = Math.max(1, query.stuckAfterMinutes ?? STUCK_AFTER_MINUTES);
      const [groups, waits, alarms, { count, operations }] = await Promise.all([
        countInstances(db, caller, within),
        countWaits(db, caller, within),
        countAlarms(db, caller, within, stuckAfterMinutes),
        selectUnderWay(db, caller, within, MOST_UNDER_WAY),
      ]);
      const shown = [...waits, ...alarms].flatMap(({ instanceIds }) => instanceIds).concat(operations.map(({ instanceId }) => instanceId));
      return {
        groups,
        waiting: waits.map(({ cure, since, ...wait }) => ({ ...wait, since: since.toISOString(), ...(cure === '' ? {} : { cure }) })),
        alarms,
        instanceNames: await selectNamesOf(db, caller, [...new Set(shown)]),
        stuckAfterMinutes,
        underWay: {
          count,
          operations: operations.map(({ runId, startedAt, paused, ...one }) => ({
            ...one,
            ...(runId === null ? {} : { runId }),
            startTime: startedAt.toISOString(),
            paused: paused ?? false,
          })),
        },
      };
    },
    async listRuns({ query, caller }) {
      const filter: RunFilter = { pageSize: query.pageSize ?? 100, nextPageToken: query.nextPageToken };
      if (isGiven(query.instanceId)) filter.subject = query.instanceId;
      if (isGiven(query.cellId)) filter.cellId = query.cellId;
      if (isGiven(query.phase)) filter.phases = phasesOf(query.phase);
      if (isGiven(query.startDate)) filter.createdAfter = readDate(query.startDate, 'startDate');
      if (isGiven(query.endDate)) filter.createdBefore = readDate(query.endDate, 'endDate');
      const { runs: found, ...next } = await listRuns(
        db,
        filter,
        isRunOf(caller, { ...withinOf(query), planId: given(query.planId), verb: given(query.verb)?.trim() }),
      );
      return { runs: await shownRuns(deps, caller, found), ...next };
    },
    async describeRun({ params, caller }) {
      const run = await runs.describe(params.id);
      const subject = run?.subject ?? instanceOfRun(params.id);
      const [instance] = subject === undefined ? [] : await selectInstancesById(db, caller, [subject]);
      if (instance === undefined) throw notFound('run', params.id);
      if (run === undefined) throw await runNotFound(db, { what: 'run', runId: params.id, instanceId: instance.id });
      if (!(await isRunSeenBy(db, caller, instance, run))) throw notFound('run', params.id);
      const [shown] = await shownRuns(deps, caller, [run]);
      if (shown === undefined) throw notFound('run', params.id);
      const [events, observations] = await Promise.all([
        runEvents(db, { runId: run.id, limit: MOST_EVENTS }),
        runObservations(db, { runId: run.id, limit: MOST_OBSERVATIONS }),
      ]);
      return {
        run: shown,
        tasks: stepsOnWire(run),
        graph: run.graph,
        breakpoints: breakpointsOnWire(run),
        outputs: run.outputs,
        events: events.map(eventOnWire),
        observations: observations.map(observationOnWire),
      };
    },
  };
}

async function shownRuns(deps: InstanceDeps, caller: Caller, runs: RunSummary[]): Promise<ListedRun[]> {
  const ids = [...new Set(runs.map(({ subject }) => subject))];
  const facts = await gather(deps, await selectInstancesById(deps.db, caller, ids));
  const instances = new Map(facts.map((one) => [one.instance.id, one]));
  const plans = await selectPlansOf(deps.db, caller, ids);
  const steps = await selectStepsOf(
    deps.db,
    runs.map(({ id }) => id),
  );
  return runs.flatMap((run) => {
    const [instance, plan] = [instances.get(run.subject), plans.get(run.subject)];
    if (instance === undefined || plan === undefined) return [];
    return [listedRun(workflowOnWire(run, placeOfRun(instance)), run, { instance, plan, step: steps.get(run.id) })];
  });
}

function withinOf({ serviceId, environmentId }: Within): Within {
  return { serviceId: given(serviceId), environmentId: given(environmentId) };
}

function given(value: string | undefined): string | undefined {
  return isGiven(value) ? value : undefined;
}

/** The empty text is "not given". */
function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** @throws DomainError bad_request */
function phasesOf(text: string): RunPhase[] {
  return text.split(',').map((word) => {
    const found = PHASES.find((phase) => phase.toLowerCase() === word.trim().toLowerCase());
    if (found !== undefined) return found;
    throw badRequest('unknown-phase', `Invalid request: phase is one of ${PHASES.join(', ')}.`, [
      { field: 'phase', message: `must be one of ${PHASES.join(', ')}` },
    ]);
  });
}
