/**
 * Breakpoints of operations (docs/reference/api.md#breakpoints). A create may name resources whose workflow is to be held, or tasks and stages
 * within it; they are kept with the operation, because each resource has a run of its own, and given to each run as it begins.
 */
import { cut, type Json, type JsonObject, workflowGraph } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import type { Transaction } from '../database/database.js';
import { holdRun } from '../engine/breakpoint.js';
import type { BreakpointPlace } from '../engine/model.js';
import { badRequest } from '../errors.js';
import type { Step } from './operation.js';
import { createStages, type StageSet, type StageSets } from './stage-set.js';
import { withDependencies } from './steps.js';

/** As a create asks for it: a resource by id, key or name, or the name of a task or stage. */
export interface RequestedBreakpoint {
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

/**
 * What an operation keeps of the breakpoints asked for; empty if there are none.
 * @throws DomainError bad_request naming each that means nothing in this plan, and what would
 */
export function breakpointData(
  sets: StageSets,
  version: PlanVersion,
  resourceKey: string,
  requested: readonly RequestedBreakpoint[],
): JsonObject {
  if (requested.length === 0) return {};
  const resources = withDependencies(version.compiled, resourceKey).filter((one) => one.systemWorkflows.create !== undefined);
  const tasksOf = new Map(resources.map((one) => [one.key, placesOf(one.systemWorkflows.create)]));
  const known = resources.map((one) => `${one.name} (${[...(tasksOf.get(one.key)?.keys() ?? [])].join(', ')})`).join('; ');
  const kept: KeptBreakpoint[] = [];
  const wrong: string[] = [];
  for (const { id, events } of requested) {
    const resource = resources.find((one) => sameName(one.key, id) || sameName(one.name, id) || version.resourceIds[one.key] === id);
    const within = resource === undefined ? resources : [resource];
    const wanted = resource === undefined ? [id] : events;
    if (resource !== undefined && events.length === 0) kept.push({ resourceKey: resource.key, place: 'workflow', id });
    for (const event of wanted) {
      const found = within.flatMap((one) => {
        const place = tasksOf.get(one.key)?.get(event) ?? stagePlace(sets.of(one.kind), event);
        return place === undefined ? [] : [{ resourceKey: one.key, place, id, ...(resource === undefined ? {} : { event }) }];
      });
      if (found.length === 0) wrong.push(resource === undefined ? cut(id) : `${cut(id)}: ${cut(event)}`);
      kept.push(...found);
    }
  }
  if (wrong.length > 0) {
    const ofThese = [...new Set(resources.map((one) => sets.of(one.kind)))];
    const stages = [...new Set(ofThese.flatMap(createStages))].join(', ');
    const events = ofThese.flatMap((set) => Object.keys(set.events)).join(', ');
    throw badRequest(
      'unknown-breakpoint',
      `workflowBreakpoints: there is no such resource, task or stage: ${wrong.join(', ')}. Name a resource, with tasks of its create workflow or stages as events: ${known}; stages: ${stages} (also ${events}). A failure cannot be waited for, and events of Terraform need a resource of that kind.`,
      wrong.map((one) => ({ field: 'workflowBreakpoints', message: `${one} is not known` })),
    );
  }
  return { breakpoints: kept.map((one): JsonObject => ({ ...one })) };
}

/** Gives the run of a step, inserted in this transaction, the breakpoints that its operation keeps for it. */
export async function holdStep(tx: Transaction, input: { runId: string; step: Step; data: JsonObject }): Promise<void> {
  const wanted = keptIn(input.data).filter((one) => one.resourceKey === input.step.resourceKey);
  await holdRun(tx, input.runId, wanted);
}

/** Task name → place. */
function placesOf(workflow: Parameters<typeof workflowGraph>[0] | undefined): Map<string, BreakpointPlace> {
  if (workflow === undefined) return new Map();
  return new Map(
    workflowGraph(workflow).map(({ id, name }) => [name, id === workflow.entrypoint ? 'workflow' : (`task:${name}` as const)]),
  );
}

/** A stage by its name, or by the event of the reference that it stands for. */
function stagePlace(set: StageSet, name: string): BreakpointPlace | undefined {
  const stage =
    createStages(set).find((one) => sameName(one, name)) ?? Object.entries(set.events).find(([event]) => sameName(event, name))?.[1];
  return stage === undefined ? undefined : `stage:${stage}`;
}

/** The breakpoints that an operation keeps for runs that have not begun. */
export function keptIn(data: JsonObject): KeptBreakpoint[] {
  const kept: Json | undefined = data['breakpoints'];
  return Array.isArray(kept) ? (kept as unknown as KeptBreakpoint[]) : [];
}

/** Names are compared ignoring letter case, as clients type them. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
