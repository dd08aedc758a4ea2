/** Runs in the wire's shape (reference 6.3, 6.4 "Workflow"), with our additions: tasks and what they wait for. */
import type { Handlers, TaskProgress, WaitingFor, Workflow } from '@cellplane/api';
import type { RunDescription, RunEvent, StageView, TaskView, WaitingFor as EngineWait } from '../engine/model.js';
import type { OperationView } from './store.js';

type Events = Awaited<ReturnType<Handlers['listWorkflowEvents']>>;
type ResourceStatus = Awaited<ReturnType<Handlers['describeWorkflow']>>['Resources'][number];

const STATUS: Record<OperationView['status'], string> = {
  waiting: 'PENDING',
  running: 'IN_PROGRESS',
  succeeded: 'SUCCESS',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** One run without its parts. `run` adds what only the engine knows. */
export function workflowOnWire(operation: OperationView, run?: RunDescription): Workflow {
  const workflow: Workflow = {
    id: operation.runId,
    WorkflowType: operation.kind,
    cloudProvider: operation.cloudProvider,
    orgName: operation.orgName,
    status: operation.status === 'running' && run?.paused === true ? 'PAUSED' : STATUS[operation.status],
    startTime: operation.createdAt.toISOString(),
    ResourceCount: 1,
    servicePlanName: operation.planName,
    instanceId: operation.instanceId,
  };
  if (operation.finishedAt !== null) workflow.endTime = operation.finishedAt.toISOString();
  if (operation.message !== '') workflow.message = operation.message;
  if (operation.code !== '') workflow.code = operation.code;
  if (run !== undefined) workflow.deadline = run.deadlineAt.toISOString();
  if (run?.waitingFor !== undefined) workflow.waitingFor = waitOnWire(run.waitingFor);
  return workflow;
}

/** The platform's steps before, the plan's tasks, the platform's steps after: in the order in which they happen. */
export function tasksOnWire(run: RunDescription): TaskProgress[] {
  const stages = (position: StageView['position']) => run.stages.filter((stage) => stage.position === position).map(stageOnWire);
  return [...stages('before'), ...run.tasks.filter(isShown).map(taskOnWire), ...stages('after')];
}

/** Events by resource and step, steps in the order in which they began. */
export function eventsOnWire(operation: OperationView, resourceName: string, events: RunEvent[]): Events {
  const steps = new Map<string, Events['resources'][number]['workflowSteps'][number]>();
  for (const event of events) {
    const step = steps.get(event.step) ?? { stepName: event.step, events: [] };
    steps.set(event.step, step);
    step.events.push({
      eventTime: event.at.toISOString(),
      eventType: event.type,
      message: event.message,
      sequence: event.sequence,
      ...(event.details === undefined ? {} : { details: event.details }),
    });
  }
  return {
    id: operation.runId,
    serviceId: operation.serviceId,
    environmentId: operation.environmentId,
    resources: [{ resourceId: operation.resourceId, resourceKey: operation.resourceKey, resourceName, workflowSteps: [...steps.values()] }],
  };
}

/** The status by layers that the reference shows; the plan's workflow is the deployment, the other layers are not ours. */
export function resourceStatusOnWire(operation: OperationView, resourceName: string): ResourceStatus {
  const status = STATUS[operation.status];
  return {
    resourceName,
    status,
    actionHookDeploymentStatus: '',
    computeDeploymentStatus: '',
    configurationStatus: status,
    infraDeploymentStatus: '',
    monitoringStatus: '',
    networkDeploymentStatus: '',
    storageDeploymentStatus: '',
  };
}

/** DAGs, loops and retries are the frame; people look at what writes objects, and at what was left out. */
function isShown(task: TaskView): boolean {
  return task.type === 'Resource' || task.type === 'Skipped';
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
  };
}

function taskOnWire(task: TaskView): TaskProgress {
  const wire: TaskProgress = {
    kind: 'task',
    name: task.task,
    title: task.task,
    nodeId: task.nodeId,
    phase: task.phase,
    message: task.message,
    attempts: task.attempts,
    ...times(task),
  };
  if (task.state !== undefined) wire.state = task.state;
  if (task.action !== undefined) wire.action = task.action;
  if (task.object !== undefined) wire.object = { ...task.object };
  if (task.manifest !== undefined) wire.manifest = task.manifest;
  if (task.lastError !== undefined) wire.lastError = { ...task.lastError, firstSeenAt: task.lastError.firstSeenAt.toISOString() };
  return wire;
}

function times(view: { startedAt?: Date; finishedAt?: Date; waitingFor?: EngineWait }) {
  return {
    ...(view.startedAt === undefined ? {} : { startedAt: view.startedAt.toISOString() }),
    ...(view.finishedAt === undefined ? {} : { finishedAt: view.finishedAt.toISOString() }),
    ...(view.waitingFor === undefined ? {} : { waitingFor: waitOnWire(view.waitingFor) }),
  };
}

function waitOnWire(wait: EngineWait): WaitingFor {
  const { since, deadline, object, ...rest } = wait;
  return {
    ...rest,
    since: since.toISOString(),
    deadline: deadline.toISOString(),
    ...(object === undefined ? {} : { object: { ...object } }),
  };
}
