/** Our own under `/api/fleet`: what the provider's console shows of all products at once. */
import { type Static, Type } from 'typebox';
import {
  anything,
  flag,
  freeObject,
  optional,
  optionalFlag,
  optionalText,
  optionalWhole,
  text,
  texts,
  whole,
  within,
} from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { Breakpoint, GraphTask, TaskProgress, Workflow } from '../workflow.js';

/** A plan version, where instances of it are. */
const place = {
  serviceId: text,
  serviceName: text,
  environmentId: text,
  environmentName: text,
  environmentType: text,
  planId: text,
  planName: text,
};

const FleetGroup = Type.Object({
  ...place,
  version: text,
  cellId: text,
  cell: text,
  total: whole,
  /** Instances by status. */
  statuses: Type.Record(Type.String(), whole),
});

const WaitingGroup = Type.Object({
  /** The code of a cause, `gate`, `error`, `stage` or `paused`. */
  cause: text,
  /** Kind of the object that is waited for, or title of the stage. */
  of: text,
  /** What one of them waits for, in words; and what to do, where that is known. */
  words: text,
  cure: optionalText,
  count: whole,
  /** Of whoever has waited longest. */
  since: text,
  /** Those that have waited longest, ten at most. */
  instanceIds: texts,
});

const Alarm = Type.Object({
  /** failed, stuck, drifted (somebody has changed its objects), differs (its cell has not what it should), warned. */
  kind: text,
  count: whole,
  /** Ten at most. */
  instanceIds: texts,
});

export const Fleet = Type.Object({
  groups: Type.Array(FleetGroup),
  /** Instances that wait, grouped by what for; most first. */
  waiting: Type.Array(WaitingGroup),
  alarms: Type.Array(Alarm),
  /** Names that people gave the instances whose ids are in this answer; those without a name are not in it. */
  instanceNames: Type.Record(Type.String(), text),
  /** Minutes after which an operation that waits counts as stuck. */
  stuckAfterMinutes: whole,
  underWay: Type.Object({
    count: whole,
    /** The 50 that began last. */
    operations: Type.Array(
      Type.Object({ instanceId: text, operationId: text, kind: text, runId: optionalText, startTime: text, paused: flag, planName: text }),
    ),
  }),
});
export type Fleet = Static<typeof Fleet>;

const ListedRun = Type.Object({
  ...Workflow.properties,
  ...place,
  /** create, modify, …; of a custom workflow its own verb. */
  verb: text,
  version: text,
  cellId: text,
  paused: optionalFlag,
  /** The name that people gave the instance. */
  instanceName: optionalText,
});

const StoredEvent = Type.Object({
  sequence: whole,
  time: text,
  type: text,
  step: text,
  nodeId: optionalText,
  message: text,
  details: optional(freeObject),
});

/** What was seen of a task's object when that changed what its gate comes to. */
const Observation = Type.Object({
  nodeId: text,
  time: text,
  /** waiting, succeeded, failed. */
  state: text,
  reason: text,
  /** Proof trees of the gates: each clause with its value at that time. */
  success: optional(anything),
  failure: optional(anything),
  resourceVersion: optionalText,
  generation: optionalWhole,
  gone: optionalFlag,
  /** Of the object; secrets are masked. Absent: it has none, or it was too large to be kept. */
  status: optional(anything),
});

export const fleetOperations = {
  describeFleet: operation({
    id: 'cellplane#DescribeFleet',
    api: 'ours',
    route: 'GET /api/fleet',
    summary: 'Instances by plan version and deployment cell, what they wait for, alarms, and operations under way',
    access: provider('fleet:read', 'lists'),
    query: Type.Object({ stuckAfterMinutes: optionalWhole, ...within }),
    response: Fleet,
  }),
  listRuns: operation({
    id: 'cellplane#ListRuns',
    api: 'ours',
    route: 'GET /api/runs',
    summary: 'Runs of all products, newest first',
    access: provider('fleet:read', 'lists'),
    query: Type.Object({
      /** create, modify, …, or the verb of a custom workflow. */
      verb: optionalText,
      /** Pending, Running, Succeeded, Failed, Terminated; several with commas. */
      phase: optionalText,
      ...within,
      planId: optionalText,
      instanceId: optionalText,
      cellId: optionalText,
      startDate: optionalText,
      endDate: optionalText,
      pageSize: optionalWhole,
      nextPageToken: optionalText,
    }),
    response: Type.Object({ runs: Type.Array(ListedRun), nextPageToken: optionalText }),
  }),
  describeRun: operation({
    id: 'cellplane#DescribeRun',
    api: 'ours',
    route: 'GET /api/runs/{id}',
    summary: 'One run with its tasks, its events and what was observed, so that each moment of it can be shown',
    access: provider('fleet:read', 'lists'),
    response: Type.Object({
      run: ListedRun,
      tasks: Type.Array(TaskProgress),
      graph: Type.Array(GraphTask),
      breakpoints: Type.Array(Breakpoint),
      outputs: freeObject,
      /** Oldest first; 5,000 at most. */
      events: Type.Array(StoredEvent),
      /** Oldest first; 2,000 at most. */
      observations: Type.Array(Observation),
    }),
  }),
};
