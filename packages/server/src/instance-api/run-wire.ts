/** Runs as the wire shows them (docs/reference/statuses.md#workflows, docs/reference/api.md#objects). */
import type { Breakpoint, Cause as WireCause, Handlers, TaskProgress, WaitingFor as WireWait, Workflow } from '@cellplane/api';
import type { Cause, JsonObject } from '@cellplane/plan';
import { placeInWords } from '../engine/breakpoint.js';
import type { RunDescription, RunEvent, RunPhase, RunSummary, StageView, TaskView, WaitingFor } from '../engine/model.js';
import { type PlatformStep, platformSteps } from './platform-steps.js';
import { verbOf } from '../lifecycle/run-data.js';
import { stageTitle } from '../stages/stages.js';
import type { InstanceFacts } from './wire.js';

type Resources = Awaited<ReturnType<Handlers['describeWorkflow']>>['Resources'];
type EventResources = Awaited<ReturnType<Handlers['listWorkflowEvents']>>['resources'];

/** docs/reference/api.md#platform-steps; what it has no word for goes by its verb. */
const TYPES: Record<string, string> = {
  create: 'PROVISIONING',
  modify: 'UPDATING',
  delete: 'DELETING',
  addCapacity: 'SCALING',
  removeCapacity: 'SCALING',
  start: 'START',
  stop: 'STOP',
  restart: 'RESTART',
  backup: 'BACKUP',
  restore: 'RESTORE',
  deleteBackup: 'DELETE_BACKUP',
  failover: 'FAILOVER',
  custom: 'CUSTOM_WORKFLOW',
};

const STATUSES: Record<RunPhase, string> = {
  Pending: 'IN_PROGRESS',
  Running: 'IN_PROGRESS',
  Succeeded: 'SUCCESS',
  Failed: 'FAILED',
  Terminated: 'CANCELLED',
};

/** A run's phase as the reference says it. */
export function statusOfRun(phase: string, paused: boolean): string {
  return paused ? 'PAUSED' : (STATUSES[phase as RunPhase] ?? 'IN_PROGRESS');
}

/** What the wire's Workflow needs of the run's instance; instances that are gone have less to tell. */
export interface RunPlace {
  cloudProvider: string;
  orgName: string;
  planName: string;
}

export function placeOfRun(facts: InstanceFacts): RunPlace {
  return { cloudProvider: facts.instance.cloudProvider, orgName: facts.orgName, planName: facts.version.place.planName };
}

export function workflowOnWire(run: RunSummary & { waitingFor?: WaitingFor; data?: JsonObject }, place: RunPlace): Workflow {
  return {
    id: run.id,
    WorkflowType: TYPES[run.kind] ?? run.kind.toUpperCase(),
    cloudProvider: place.cloudProvider,
    orgName: place.orgName,
    servicePlanName: place.planName,
    status: statusOfRun(run.phase, run.paused && run.finishedAt === undefined),
    startTime: (run.startedAt ?? run.createdAt).toISOString(),
    ...(run.finishedAt === undefined ? {} : { endTime: run.finishedAt.toISOString() }),
    ResourceCount: 1,
    instanceId: run.subject,
    ...(run.data === undefined ? {} : verbOf({ data: run.data })),
    deadline: run.deadlineAt.toISOString(),
    ...(run.message === '' ? {} : { message: run.message }),
    ...(run.code === '' ? {} : { code: run.code }),
    ...(run.waitingFor === undefined ? {} : { waitingFor: waitOnWire(run.waitingFor) }),
  };
}

/** The platform's steps and the plan's tasks, in the order in which they run. */
export function stepsOnWire(run: RunDescription): TaskProgress[] {
  const stages = (position: StageView['position']) => run.stages.filter((stage) => stage.position === position).map(stageOnWire);
  // Groups (the DAG itself, retries) only hold others; people see what acts.
  const tasks = run.tasks.filter((task) => task.type === 'Resource' || task.type === 'Skipped').map(taskOnWire);
  return [...stages('before'), ...tasks, ...stages('after')];
}

const ORDER = ['Hit', 'Pending', 'Passed'];

/** Where a run is held, is to be held, and was. */
export function breakpointsOnWire(run: Pick<RunDescription, 'breakpoints'>): Breakpoint[] {
  return Object.entries(run.breakpoints)
    .toSorted(([one, a], [other, b]) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (one < other ? -1 : 1))
    .map(([place, { id, event, status, hitAt }]) => ({
      id,
      ...(event === undefined ? {} : { event }),
      status,
      place: placeInWords(place),
      ...(hitAt === undefined ? {} : { hitAt: new Date(hitAt).toISOString() }),
    }));
}

export function waitOnWire(wait: WaitingFor): WireWait {
  return {
    reason: wait.reason,
    since: wait.since.toISOString(),
    deadline: wait.deadline.toISOString(),
    ...(wait.gate === undefined ? {} : { gate: wait.gate }),
    ...(wait.success === undefined ? {} : { success: wait.success }),
    ...(wait.failure === undefined ? {} : { failure: wait.failure }),
    ...(wait.object === undefined ? {} : { object: { ...wait.object } }),
    ...(wait.explanation === undefined ? {} : { explanation: wait.explanation }),
    ...(wait.causes === undefined || wait.causes.length === 0 ? {} : { causes: wait.causes.map(causeOnWire) }),
  };
}

/** One resource, its status by step of the platform (docs/reference/api.md#platform-steps). Steps that have not begun are PENDING. */
export function resourcesOnWire(run: RunDescription, events: RunEvent[], resourceName: string): Resources {
  const states = new Map(platformSteps(run, events).map((step) => [step.name, step.state]));
  const of = (name: PlatformStep) => states.get(name) ?? 'PENDING';
  return [
    {
      resourceName,
      status: statusOfRun(run.phase, run.paused && run.finishedAt === undefined),
      actionHookDeploymentStatus: 'N/A',
      computeDeploymentStatus: of('Compute'),
      configurationStatus: of('Deployment'),
      infraDeploymentStatus: of('Bootstrap'),
      monitoringStatus: of('Monitoring'),
      networkDeploymentStatus: of('Network'),
      storageDeploymentStatus: of('Storage'),
    },
  ];
}

/** The platform's steps, then the plan's tasks in the order of their first event. */
export function eventsOnWire(run: RunDescription, events: RunEvent[], resource: { id: string; key: string; name: string }): EventResources {
  const tasks = new Map<string, RunEvent[]>();
  const stages = new Set(run.stages.map((stage) => stage.name));
  // An event of a task that has no node is a breakpoint before it.
  for (const event of events.filter((one) => one.nodeId !== undefined || !stages.has(one.step))) {
    const list = tasks.get(event.step) ?? [];
    list.push(event);
    tasks.set(event.step, list);
  }
  const steps = [
    ...platformSteps(run, events).map((step) => ({ stepName: step.name as string, events: step.events })),
    ...[...tasks].map(([stepName, list]) => ({ stepName, events: list })),
  ];
  const workflowSteps = steps.map((step) => ({ ...step, events: step.events.map(eventOnWire) }));
  return [{ resourceId: resource.id, resourceKey: resource.key, resourceName: resource.name, workflowSteps }];
}

function eventOnWire(event: RunEvent) {
  return {
    eventTime: event.at.toISOString(),
    eventType: event.type,
    message: event.message,
    sequence: event.sequence,
    ...(event.details === undefined ? {} : { details: event.details }),
  };
}

function stageOnWire(stage: StageView): TaskProgress {
  return {
    kind: 'stage',
    name: stage.name,
    position: stage.position,
    // One that has not begun has its name for a title.
    title: stage.title === stage.name ? stageTitle(stage.name) : stage.title,
    phase: stage.state,
    message: stage.message,
    attempts: stage.attempts,
    ...times(stage),
    ...(stage.waitingFor === undefined ? {} : { waitingFor: waitOnWire(stage.waitingFor) }),
  };
}

function taskOnWire(task: TaskView): TaskProgress {
  return {
    kind: 'task',
    name: task.task,
    title: task.task,
    nodeId: task.nodeId,
    phase: task.phase,
    message: task.message,
    attempts: task.attempts,
    ...times(task),
    ...(task.state === undefined ? {} : { state: task.state }),
    ...(task.action === undefined ? {} : { action: task.action }),
    ...(task.object === undefined ? {} : { object: { ...task.object } }),
    ...(task.waitingFor === undefined ? {} : { waitingFor: waitOnWire(task.waitingFor) }),
    ...(task.lastError === undefined ? {} : { lastError: { ...task.lastError, firstSeenAt: task.lastError.firstSeenAt.toISOString() } }),
    ...(task.manifest === undefined ? {} : { manifest: task.manifest }),
    ...(task.causes === undefined || task.causes.length === 0 ? {} : { causes: task.causes.map(causeOnWire) }),
  };
}

function causeOnWire({ code, cause, object, objects, count, words, cure, since, more }: Cause): WireCause {
  return { code, cause, object, objects, count, words, cure, ...(since === undefined ? {} : { since }), more };
}

function times(of: { startedAt?: Date; finishedAt?: Date }): { startedAt?: string; finishedAt?: string } {
  return {
    ...(of.startedAt === undefined ? {} : { startedAt: of.startedAt.toISOString() }),
    ...(of.finishedAt === undefined ? {} : { finishedAt: of.finishedAt.toISOString() }),
  };
}
