/** Workflow runs (docs/reference/api.md#objects, docs/reference/statuses.md). */
import { type Static, Type } from 'typebox';
import { anything, freeObject, optional, optionalText, optionalWhole, required, text, whole } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

/** Why something does not become ready, said once for all pods, events and replicas that say it. */
export const Cause = Type.Object({
  /** Stable: image-pull, unscheduled, volume, crash, out-of-memory, container-start, probe, quota, operator-silent, operator-says, other. */
  code: text,
  cause: text,
  /** `Pod/db-1`: the first of `objects`. */
  object: text,
  objects: Type.Array(text),
  count: whole,
  /** In the words of whoever knows. */
  words: text,
  /** What to do. */
  cure: text,
  since: optionalText,
  /** What others say of the same. */
  more: Type.Array(text),
});
export type Cause = Static<typeof Cause>;

/** Why something waits. */
export const WaitingFor = Type.Object({
  reason: text,
  gate: optionalText,
  /** Proof trees of the gates: each clause with its live value. */
  success: optional(anything),
  failure: optional(anything),
  since: text,
  deadline: text,
  object: optional(freeObject),
  /** The root cause on one line. */
  explanation: optionalText,
  /** All causes, root first. */
  causes: optional(Type.Array(Cause)),
});
export type WaitingFor = Static<typeof WaitingFor>;

/** One task of a run, or one step before or after its workflow. */
export const TaskProgress = Type.Object({
  /** `stage` for the platform's own steps, `task` for the plan's. */
  kind: Type.Union([Type.Literal('stage'), Type.Literal('task')]),
  name: text,
  title: text,
  nodeId: optionalText,
  /** Stages: whether they come before or after the plan's tasks. */
  position: optionalText,
  /** Pending, Running, Succeeded, Failed, Error, Skipped, Omitted; stages also Waiting. */
  phase: text,
  /** Leaves: Pending, Applying, AwaitingCondition, DriftMismatch, Failed, Succeeded. */
  state: optionalText,
  action: optionalText,
  object: optional(freeObject),
  message: text,
  attempts: whole,
  startedAt: optionalText,
  finishedAt: optionalText,
  waitingFor: optional(WaitingFor),
  lastError: optional(Type.Object({ code: text, message: text, firstSeenAt: text })),
  manifest: optional(freeObject),
  /** Of one that has failed. */
  causes: optional(Type.Array(Cause)),
});
export type TaskProgress = Static<typeof TaskProgress>;

/** A task as it stands in the plan: what has not begun has an entry here, too. Ids are `nodeId`s, or what they begin with. */
export const GraphTask = Type.Object({
  id: text,
  /** The entry whose nested template this one is in. */
  parent: optionalText,
  name: text,
  /** Ids of the entries that must have ended before. */
  dependsOn: Type.Array(text),
  action: optionalText,
  kind: optionalText,
});
export type GraphTask = Static<typeof GraphTask>;

/** Where a run is to be held (docs/reference/api.md#objects). */
export const Breakpoint = Type.Object({
  id: text,
  event: optionalText,
  /** Pending, Hit; ours also Passed. */
  status: text,
  /** Ours: what it holds, in words. */
  place: optionalText,
  hitAt: optionalText,
});
export type Breakpoint = Static<typeof Breakpoint>;

export const Workflow = Type.Object({
  id: text,
  WorkflowType: text,
  cloudProvider: text,
  orgName: text,
  status: text,
  startTime: text,
  endTime: optionalText,
  ResourceCount: optionalWhole,
  servicePlanName: optionalText,
  UpdatedBy: optionalText,
  UpdatedReason: optionalText,
  /** Ours. */
  instanceId: optionalText,
  /** Ours: of a described run, which custom workflow it is of. */
  verb: optionalText,
  message: optionalText,
  code: optionalText,
  deadline: optionalText,
  waitingFor: optional(WaitingFor),
});
export type Workflow = Static<typeof Workflow>;

const ResourceStatus = Type.Object({
  resourceName: text,
  status: text,
  actionHookDeploymentStatus: text,
  computeDeploymentStatus: text,
  configurationStatus: text,
  infraDeploymentStatus: text,
  monitoringStatus: text,
  networkDeploymentStatus: text,
  storageDeploymentStatus: text,
});

const WorkflowEvent = Type.Object({
  eventTime: text,
  eventType: text,
  message: text,
  /** Ours: cursor, and what was sent or seen (secrets masked). */
  sequence: optionalWhole,
  details: optional(freeObject),
});

const ids = { serviceId: text, environmentId: text };
const BASE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;

export const workflowOperations = {
  listWorkflows: operation({
    id: 'fleet-workflows-api#ListServiceWorkflows',
    api: 'fleet',
    route: `GET ${BASE}/service-workflows`,
    summary: 'Runs of an environment, newest first',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({
      nextPageToken: optionalText,
      pageSize: optionalWhole,
      instanceId: optionalText,
      startDate: optionalText,
      endDate: optionalText,
      excludeStats: optional(Type.Boolean()),
    }),
    response: Type.Object({ ...ids, workflows: Type.Array(Workflow), nextPageToken: optionalText }),
  }),
  describeWorkflowSummary: operation({
    id: 'fleet-workflows-api#DescribeServiceWorkflowSummary',
    api: 'fleet',
    route: `GET ${BASE}/service-workflows-summary`,
    summary: 'How many runs are active, completed and failed',
    access: provider('fleet:read', '{serviceId}'),
    response: Type.Object({ ...ids, ActiveWorkflowCount: whole, CompletedWorkflowCount: whole, FailedWorkflowCount: whole }),
  }),
  describeWorkflow: operation({
    id: 'fleet-workflows-api#DescribeServiceWorkflow',
    api: 'fleet',
    route: `GET ${BASE}/service-workflows/{id}`,
    summary: 'One run, its tasks, and what it waits for',
    access: provider('fleet:read', '{serviceId}'),
    response: Type.Object({
      ...ids,
      Workflow,
      Resources: Type.Array(ResourceStatus),
      /** Ours. */
      tasks: optional(Type.Array(TaskProgress)),
      graph: optional(Type.Array(GraphTask)),
      breakpoints: optional(Type.Array(Breakpoint)),
      outputs: optional(freeObject),
    }),
  }),
  listWorkflowEvents: operation({
    id: 'fleet-workflows-api#GetWorkflowEvents',
    api: 'fleet',
    route: `GET ${BASE}/service-workflows/{id}/events`,
    summary: 'Events of a run by resource and step',
    access: provider('fleet:read', '{serviceId}'),
    response: Type.Object({
      ...ids,
      id: text,
      resources: Type.Array(
        Type.Object({
          resourceId: text,
          resourceKey: text,
          resourceName: text,
          workflowSteps: Type.Array(Type.Object({ stepName: text, events: Type.Array(WorkflowEvent) })),
        }),
      ),
    }),
  }),
  updateWorkflow: operation({
    id: 'fleet-workflows-api#UpdateServiceWorkflow',
    api: 'fleet',
    route: `PATCH ${BASE}/service-workflows/{id}`,
    summary: 'Pause, resume or retry a run',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({ status: required }),
    response: Workflow,
  }),
  terminateWorkflow: operation({
    id: 'fleet-workflows-api#TerminateServiceWorkflow',
    api: 'fleet',
    route: `DELETE ${BASE}/service-workflows/{id}`,
    summary: 'End a run: no new task starts, open ones fail',
    access: provider('fleet:operate', '{serviceId}'),
    response: Workflow,
  }),
};
