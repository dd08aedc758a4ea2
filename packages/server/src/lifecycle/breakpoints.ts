/**
 * Breakpoints of operations (plan-spec.md 4.11). A create may name resources whose workflow is to be held, or tasks and stages
 * within it; they are kept with the operation, because each resource has a run of its own, and given to each run as it begins.
 */
import type { Breakpoint } from '@cellplane/api';
import { type JsonObject, type Json, workflowGraph } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import { type Database, sql, transaction, type Transaction } from '../database/database.js';
import { addBreakpoints, type BreakpointPlace, type Breakpoints, holdRun, placeInWords } from '../engine/breakpoint.js';
import { describeRun } from '../engine/describe-run.js';
import type { RunDescription } from '../engine/model.js';
import { badRequest, cut, notFound } from '../errors.js';
import type { Step } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { breakpointsOnWire } from '../instance-api/run-wire.js';
import { isRunSeenBy } from '../instance-api/seen-workflows.js';
import { STAGES } from '../stages/stages.js';
import { withDependencies } from './steps.js';
import { selectVisibleToo } from '../instances/store.js';

/** As a create asks for it: a resource by id, key or name, or the name of a task or stage. */
export interface AskedBreakpoint {
  id: string;
  /** Names of tasks or stages of the resource; none: its whole workflow. */
  events: string[];
}

/** As it is kept with the operation. */
interface KeptBreakpoint {
  resourceKey: string;
  place: BreakpointPlace;
  id: string;
  event?: string;
}

/** Stages that a create has. */
const CREATE_STAGES: readonly string[] = [STAGES.charts, STAGES.access, STAGES.values, STAGES.publish];

/**
 * What an operation keeps of the breakpoints asked for; empty if there are none.
 * @throws DomainError bad_request naming each that means nothing in this plan, and what would
 */
export function breakpointData(version: PlanVersion, resourceKey: string, asked: readonly AskedBreakpoint[]): JsonObject {
  if (asked.length === 0) return {};
  const resources = withDependencies(version.compiled, resourceKey).filter((one) => one.systemWorkflows.create !== undefined);
  const tasksOf = new Map(resources.map((one) => [one.key, placesOf(one.systemWorkflows.create)]));
  const known = resources.map((one) => `${one.name} (${[...(tasksOf.get(one.key)?.keys() ?? [])].join(', ')})`).join('; ');
  const kept: KeptBreakpoint[] = [];
  const wrong: string[] = [];
  for (const { id, events } of asked) {
    const resource = resources.find((one) => same(one.key, id) || same(one.name, id) || version.resourceIds[one.key] === id);
    const within = resource === undefined ? resources : [resource];
    const wanted = resource === undefined ? [id] : events;
    if (resource !== undefined && events.length === 0) kept.push({ resourceKey: resource.key, place: 'workflow', id });
    for (const event of wanted) {
      const found = within.flatMap((one) => {
        const place = tasksOf.get(one.key)?.get(event) ?? stagePlace(event);
        return place === undefined ? [] : [{ resourceKey: one.key, place, id, ...(resource === undefined ? {} : { event }) }];
      });
      if (found.length === 0) wrong.push(resource === undefined ? cut(id) : `${cut(id)}: ${cut(event)}`);
      kept.push(...found);
    }
  }
  if (wrong.length > 0)
    throw badRequest(
      'unknown-breakpoint',
      `workflowBreakpoints: there is no such resource, task or stage: ${wrong.join(', ')}. Name a resource, with tasks of its create workflow or stages as events: ${known}; stages: ${CREATE_STAGES.join(', ')} (also StartHelmInstall, CompleteHelmInstall). A failure cannot be waited for, and events of Terraform need a resource of that kind.`,
      wrong.map((one) => ({ field: 'workflowBreakpoints', message: `${one} is not known` })),
    );
  return { breakpoints: kept.map((one): JsonObject => ({ ...one })) };
}

/** Gives the run of a step, inserted in this transaction, the breakpoints that its operation keeps for it. */
export async function holdStep(tx: Transaction, input: { runId: string; step: Step; data: JsonObject }): Promise<void> {
  const wanted = keptIn(input.data).filter((one) => one.resourceKey === input.step.resourceKey);
  await holdRun(tx, input.runId, wanted);
}

/** Where the running operation of an instance is held, and where it is to be held. */
export async function breakpointsOf(db: Database, instanceId: string): Promise<Breakpoint[]> {
  const { rows } = await sql<{ data: JsonObject; next_steps: Step[] | null; breakpoints: Breakpoints | null }>`
    select o.data, o.next_steps, r.breakpoints from operations o join runs r on r.id = o.run_id
    where o.instance_id = ${instanceId} and o.status = 'running'`.execute(db);
  return rows.flatMap(({ data, next_steps: left, breakpoints }) => {
    const now = breakpointsOnWire({ breakpoints: breakpoints ?? {} }).filter((one) => one.status !== 'Passed');
    const later = keptIn(data).filter((one) => left?.some((step) => step.resourceKey === one.resourceKey) === true);
    return [
      ...now,
      ...later.map(({ id, event, place, resourceKey }) => ({
        id,
        ...(event === undefined ? {} : { event }),
        status: 'Pending',
        place: `${placeInWords(place)} of ${resourceKey}`,
      })),
    ];
  });
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
    const instance = run === undefined ? undefined : await selectVisibleToo(deps.db, caller.orgId, run.subject);
    if (run === undefined || instance === undefined || !(await isRunSeenBy(deps.db, caller, instance, run)))
      throw notFound('workflow', runId);
    return run;
  };
  const run = await describe();
  const stage = run.stages.find((one) => same(one.name, at));
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

/** Task name → place. */
function placesOf(workflow: Parameters<typeof workflowGraph>[0] | undefined): Map<string, BreakpointPlace> {
  if (workflow === undefined) return new Map();
  return new Map(
    workflowGraph(workflow).map(({ id, name }) => [name, id === workflow.entrypoint ? 'workflow' : (`task:${name}` as const)]),
  );
}

/** Events of the reference that a stage of ours stands for: a run is held before it. After the charts comes the access. */
const EVENT_STAGES: Record<string, string> = { starthelminstall: STAGES.charts, completehelminstall: STAGES.access };

function stagePlace(name: string): BreakpointPlace | undefined {
  const stage = CREATE_STAGES.find((one) => same(one, name)) ?? EVENT_STAGES[name.toLowerCase()];
  return stage === undefined ? undefined : `stage:${stage}`;
}

function keptIn(data: JsonObject): KeptBreakpoint[] {
  const kept: Json | undefined = data['breakpoints'];
  return Array.isArray(kept) ? (kept as unknown as KeptBreakpoint[]) : [];
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
