/** Handlers of the workflow operations: runs of instances, and what a person may do to them. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment } from '../catalog/store.js';
import { describeRun } from '../engine/describe-run.js';
import { countRuns, listRuns } from '../engine/list-runs.js';
import type { RunDescription, RunFilter, RunPhase, RunSummary } from '../engine/model.js';
import { runEvents } from '../engine/run-events.js';
import { notFound } from '../errors.js';
import { readDate } from '../request-text/moment.js';
import { addBreakpoint } from './breakpoint-requests.js';
import { type Control, controlOperation, readControl } from '../lifecycle/requests/control-operation.js';
import { instanceHistory } from './history.js';
import { instanceProgress } from './progress.js';
import { gather } from './read-instance.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { openRunViews, type RunViews } from './live/run-views.js';
import { breakpointsOnWire, eventsOnWire, placeOfRun, resourcesOnWire, stepsOnWire, workflowOnWire } from './run-wire.js';
import { instanceOfRun, runNotFound } from './removed-run.js';
import { isRunSeenBy } from './seen-workflows.js';
import { isInstanceIn, isInstanceSeenIn, selectInstancesById, selectVisibleToo } from '../instances/store.js';
import type { InstanceFacts } from './wire.js';

export type WorkflowHandlers = Pick<
  Handlers,
  | 'listWorkflows'
  | 'describeWorkflowSummary'
  | 'describeWorkflow'
  | 'listWorkflowEvents'
  | 'updateWorkflow'
  | 'terminateWorkflow'
  | 'describeInstanceProgress'
  | 'listInstanceOperations'
  | 'addBreakpoint'
>;

interface Place {
  serviceId: string;
  environmentId: string;
}

const DAY_MS = 86_400_000;
const MOST_EVENTS = 10_000;

export function workflowHandlers(deps: InstanceDeps, runs: RunViews = openRunViews(deps)): WorkflowHandlers {
  const control = async (request: { params: Place & { id: string }; caller: { orgId: string } }, what: Control) => {
    const { facts } = await findRun(deps, runs, request.caller, request.params);
    await controlOperation(deps, { runId: request.params.id, control: what });
    const run = await describeRun({ db: deps.db, sealer: deps.sealer }, request.params.id);
    if (run === undefined) throw notFound('workflow', request.params.id);
    return workflowOnWire(run, placeOfRun(facts));
  };
  return {
    async listWorkflows({ params, query, caller }) {
      const environment = await selectEnvironment(deps.db, caller.orgId, params.serviceId, params.environmentId);
      const wanted = query.instanceId === '' ? undefined : query.instanceId;
      // An empty list would say that it never had a run.
      if (wanted !== undefined && !(await isInstanceSeenIn(deps.db, caller, environment.id, wanted))) throw notFound('instance', wanted);
      const filter: RunFilter = {
        ...(wanted === undefined ? {} : { subject: wanted }),
        pageSize: query.pageSize ?? 100,
        nextPageToken: query.nextPageToken,
      };
      if (query.startDate !== undefined) filter.createdAfter = readDate(query.startDate, 'startDate');
      if (query.endDate !== undefined) filter.createdBefore = readDate(query.endDate, 'endDate');
      const { runs, ...next } = await listRuns(deps.db, filter, isInstanceIn(caller, environment.id));
      const found = await withFacts(deps, caller, runs);
      return {
        ...ids(params),
        workflows: found.map(({ run, facts }) => workflowOnWire(run, placeOfRun(facts))),
        ...next,
      };
    },
    async describeWorkflowSummary({ params, caller }) {
      const environment = await selectEnvironment(deps.db, caller.orgId, params.serviceId, params.environmentId);
      const found = await countRuns(deps.db, DAY_MS, isInstanceIn(caller, environment.id));
      const count = (...phases: RunPhase[]) => phases.reduce((sum, phase) => sum + (found[phase] ?? 0), 0);
      return {
        ...ids(params),
        ActiveWorkflowCount: count('Pending', 'Running'),
        CompletedWorkflowCount: count('Succeeded'),
        FailedWorkflowCount: count('Failed', 'Terminated'),
      };
    },
    async describeWorkflow({ params, caller }) {
      const { run, facts } = await findRun(deps, runs, caller, params);
      const events = await runEvents(deps.db, { runId: run.id, limit: MOST_EVENTS });
      return {
        ...ids(params),
        Workflow: workflowOnWire(run, placeOfRun(facts)),
        Resources: resourcesOnWire(run, events, resourceOf(facts, run).name),
        tasks: stepsOnWire(run),
        graph: run.graph,
        breakpoints: breakpointsOnWire(run),
        outputs: run.outputs,
      };
    },
    async listWorkflowEvents({ params, caller }) {
      const { run, facts } = await findRun(deps, runs, caller, params);
      const events = await runEvents(deps.db, { runId: run.id, limit: MOST_EVENTS });
      return { ...ids(params), id: run.id, resources: eventsOnWire(run, events, resourceOf(facts, run)) };
    },
    updateWorkflow: (request) => control(request, readControl(request.body.status)),
    terminateWorkflow: (request) => control(request, 'terminate'),
    describeInstanceProgress: ({ params, caller }) => instanceProgress(deps, runs, caller, params.id),
    listInstanceOperations: ({ params, query, caller }) => instanceHistory(deps.db, caller, { ...query, instanceId: params.id }),
    addBreakpoint: ({ params, body, caller }) => addBreakpoint(deps, caller, { runId: params.id, at: body.at.trim() }),
  };
}

/** A run of an instance that the caller may see, in this service and environment. @throws DomainError not_found */
async function findRun(
  deps: InstanceDeps,
  runs: RunViews,
  caller: { orgId: string },
  place: Place & { id: string },
): Promise<{ run: RunDescription; facts: InstanceFacts }> {
  const run = await runs.describe(place.id);
  const subject = run?.subject ?? instanceOfRun(place.id);
  const instance = subject === undefined ? undefined : await selectVisibleToo(deps.db, caller, subject);
  if (instance === undefined || instance.serviceId !== place.serviceId || instance.environmentId !== place.environmentId)
    throw notFound('workflow', place.id);
  if (run === undefined) throw await runNotFound(deps.db, { what: 'workflow', runId: place.id, instanceId: instance.id });
  if (!(await isRunSeenBy(deps.db, caller, instance, run))) throw notFound('workflow', place.id);
  const [facts] = await gather(deps, [instance]);
  if (facts === undefined) throw notFound('workflow', place.id);
  return { run, facts };
}

async function withFacts(
  deps: InstanceDeps,
  caller: { orgId: string },
  runs: RunSummary[],
): Promise<{ run: RunSummary; facts: InstanceFacts }[]> {
  const instances = await selectInstancesById(deps.db, caller, [...new Set(runs.map((run) => run.subject))]);
  const facts = new Map((await gather(deps, instances)).map((one) => [one.instance.id, one]));
  return runs.flatMap((run) => {
    const found = facts.get(run.subject);
    return found === undefined ? [] : [{ run, facts: found }];
  });
}

function ids({ serviceId, environmentId }: Place): Place {
  return { serviceId, environmentId };
}

/** A run acts on one resource of its instance, which may be one that the instance's own depends on. */
function resourceOf({ instance, version }: InstanceFacts, run: RunDescription): { id: string; key: string; name: string } {
  const key = typeof run.data['resourceKey'] === 'string' ? run.data['resourceKey'] : instance.resourceKey;
  const name = version.compiled.resources.find((resource) => resource.key === key)?.name ?? key;
  return { id: version.resourceIds[key] ?? instance.resourceId, key, name };
}
