/** Runs as the wire shows them (provider-api.md 6.3, 6.4 "Workflow"). */
import type { Handlers, TaskProgress, WaitingFor as WireWait, Workflow } from '@cellplane/api';
import type { RunDescription, RunEvent, RunPhase, RunSummary, StageView, TaskView, WaitingFor } from '../engine/model.js';
import type { InstanceFacts } from './wire.js';

type Resources = Awaited<ReturnType<Handlers['describeWorkflow']>>['Resources'];
type EventResources = Awaited<ReturnType<Handlers['listWorkflowEvents']>>['resources'];

const TYPES: Record<string, string> = {
  create: 'PROVISIONING',
  modify: 'UPDATING',
  delete: 'DELETING',
  start: 'START',
  stop: 'STOP',
  restart: 'RESTART',
};

const STATUSES: Record<RunPhase, string> = {
  Pending: 'IN_PROGRESS',
  Running: 'IN_PROGRESS',
  Succeeded: 'SUCCESS',
  Failed: 'FAILED',
  Terminated: 'CANCELLED',
};

/** What the wire's Workflow needs of the run's instance; instances that are gone have less to tell. */
export interface RunPlace {
  cloudProvider: string;
  orgName: string;
  planName: string;
}

export function placeOfRun(facts: InstanceFacts): RunPlace {
  return { cloudProvider: facts.instance.cloudProvider, orgName: facts.version.place.orgName, planName: facts.version.place.planName };
}

export function workflowOnWire(run: RunSummary & { waitingFor?: WaitingFor }, place: RunPlace): Workflow {
  return {
    id: run.id,
    WorkflowType: TYPES[run.kind] ?? run.kind.toUpperCase(),
    cloudProvider: place.cloudProvider,
    orgName: place.orgName,
    servicePlanName: place.planName,
    status: run.paused && run.finishedAt === undefined ? 'PAUSED' : STATUSES[run.phase],
    startTime: (run.startedAt ?? run.createdAt).toISOString(),
    ...(run.finishedAt === undefined ? {} : { endTime: run.finishedAt.toISOString() }),
    ResourceCount: 1,
    instanceId: run.subject,
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
  };
}

/** One resource, its status by platform stage (plan-spec.md 4.11). */
export function resourcesOnWire(run: RunDescription, resourceName: string): Resources {
  const status = run.paused && run.finishedAt === undefined ? 'PAUSED' : STATUSES[run.phase];
  const before = run.stages.filter((stage) => stage.position === 'before');
  const ready = before.every((stage) => stage.state === 'Succeeded');
  const infra = before.some((stage) => stage.state === 'Failed') ? 'FAILED' : ready ? 'SUCCESS' : 'IN_PROGRESS';
  return [
    {
      resourceName,
      status,
      actionHookDeploymentStatus: 'N/A',
      computeDeploymentStatus: 'N/A',
      configurationStatus: infra,
      infraDeploymentStatus: infra,
      monitoringStatus: 'N/A',
      networkDeploymentStatus: infra,
      storageDeploymentStatus: 'N/A',
    },
  ];
}

/** Events by step, steps in the order of their first event. */
export function eventsOnWire(events: RunEvent[], resource: { id: string; key: string; name: string }): EventResources {
  const steps = new Map<string, EventResources[number]['workflowSteps'] extends (infer S)[] | undefined ? S : never>();
  for (const event of events) {
    const step = steps.get(event.step) ?? { stepName: event.step, events: [] };
    step.events.push({
      eventTime: event.at.toISOString(),
      eventType: event.type,
      message: event.message,
      sequence: event.sequence,
      ...(event.details === undefined ? {} : { details: event.details }),
    });
    steps.set(event.step, step);
  }
  return [{ resourceId: resource.id, resourceKey: resource.key, resourceName: resource.name, workflowSteps: [...steps.values()] }];
}

function stageOnWire(stage: StageView): TaskProgress {
  return {
    kind: 'stage',
    name: stage.name,
    title: stage.title,
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
  };
}

function times(of: { startedAt?: Date; finishedAt?: Date }): { startedAt?: string; finishedAt?: string } {
  return {
    ...(of.startedAt === undefined ? {} : { startedAt: of.startedAt.toISOString() }),
    ...(of.finishedAt === undefined ? {} : { finishedAt: of.finishedAt.toISOString() }),
  };
}
