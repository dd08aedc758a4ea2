/** Our own under `/api/`: everything that happened to one instance, and breakpoints of a run that goes on. */
import { type Static, Type } from 'typebox';
import { optional, optionalFlag, optionalText, optionalWhole, required, text, whole } from '../field.js';
import { customer, provider } from '../access.js';
import { operation } from '../operation.js';
import { Breakpoint } from './workflow.js';

/** One run of an operation. */
const OperationRun = Type.Object({
  /** Id of the workflow run. */
  id: text,
  verb: text,
  resourceKey: optionalText,
  snapshotId: optionalText,
  /** IN_PROGRESS, PAUSED, SUCCESS, FAILED, CANCELLED. */
  status: text,
  message: optionalText,
  startTime: text,
  endTime: optionalText,
});

/** One lifecycle action on an instance. */
export const InstanceOperation = Type.Object({
  id: text,
  /** create, modify, …, backup, restore, custom. */
  kind: text,
  /** Custom operations: the plan's own verb. */
  verb: optionalText,
  /** WAITING, RUNNING, SUCCEEDED, FAILED, CANCELLED. */
  status: text,
  /** User id, or the platform's own word for what it does by itself. */
  requestedBy: text,
  requestedByName: text,
  startTime: text,
  endTime: optionalText,
  message: optionalText,
  code: optionalText,
  /** Upgrades: from which plan version to which. */
  fromVersion: optionalText,
  toVersion: optionalText,
  skipFinalSnapshot: optionalFlag,
  skipSnapshotCleanup: optionalFlag,
  runs: Type.Array(OperationRun),
});
export type InstanceOperation = Static<typeof InstanceOperation>;

/** A fact about an instance that is no operation: NoGoodBackup, GoodBackup, MadeAnew, CellDiffers, CellAgrees; for the provider DriftFound, too. */
export const InstanceEvent = Type.Object({ time: text, type: text, message: text });
export type InstanceEvent = Static<typeof InstanceEvent>;

/** How long history is kept, and what of it was removed. */
const Retention = Type.Object({
  /** Days for which runs, operations and notes of instances are kept. */
  historyDays: whole,
  /** Environment types with another number of days. */
  historyDaysByEnvironmentType: Type.Record(Type.String(), whole),
  /** Days for which what was deleted can be read by its id. */
  deletedDays: whole,
  auditDays: whole,
  /** For the installation's own provider: when the oldest run that is here was made. Some are kept beyond their days. */
  oldestRunAt: optionalText,
  /** The same: the round over all instances. */
  round: optional(
    Type.Object({
      /** Of the one that goes on. */
      begunAt: optionalText,
      /** Of the last one that came to its end. */
      lastBegunAt: optionalText,
      lastEndedAt: optionalText,
      /** Runs that it had to leave although their time was over: somebody held their instances. */
      leftRuns: whole,
    }),
  ),
  /** The same: rows that were removed since the installation was made. */
  removed: optional(Type.Array(Type.Object({ kind: text, rows: whole, lastAt: optionalText }))),
});
export type Retention = Static<typeof Retention>;

export const historyOperations = {
  describeRetention: operation({
    id: 'cellplane#DescribeRetention',
    api: 'ours',
    route: 'GET /api/retention',
    summary: 'For how many days history is kept, and what was removed of it',
    access: provider('fleet:read', 'lists'),
    response: Retention,
  }),
  listInstanceOperations: operation({
    id: 'cellplane#ListInstanceOperations',
    api: 'ours',
    route: 'GET /api/instances/{id}/operations',
    summary: 'Everything that was done to an instance, newest first; of deleted ones too',
    access: customer('instance:read'),
    query: Type.Object({ pageSize: optionalWhole, nextPageToken: optionalText }),
    response: Type.Object({
      instanceId: text,
      serviceId: text,
      environmentId: text,
      status: text,
      statusDescription: optionalText,
      createdAt: text,
      deletedAt: optionalText,
      operations: Type.Array(InstanceOperation),
      /** Runs, operations and events that ended before may have been removed by retention. Absent: nothing was. */
      historySince: optionalText,
      /** What happened to it beside its operations, newest first; the newest 50, on the first page only. */
      events: optional(Type.Array(InstanceEvent)),
      nextPageToken: optionalText,
    }),
  }),
  addBreakpoint: operation({
    id: 'cellplane#AddWorkflowBreakpoint',
    api: 'ours',
    route: 'POST /api/workflows/{id}/breakpoints',
    summary: 'Hold a run before a task or a stage that it has not begun',
    access: provider('fleet:operate', 'lists'),
    /** Name of a task or a stage; `workflow` for the first task. */
    body: Type.Object({ at: required }),
    response: Type.Object({ id: text, breakpoints: Type.Array(Breakpoint) }),
  }),
};
