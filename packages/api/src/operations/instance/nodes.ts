/** Our own under `/api/`: what runs of an instance in its cell, and what Kubernetes says about it (docs/nodes-and-logs.md). */
import { type Static, Type } from 'typebox';
import { customer } from '../../access.js';
import { LOG_LINES } from '../../address.js';
import { flag, optional, optionalFlag, optionalText, text, texts, whole } from '../../field.js';
import { operation } from '../../operation.js';

const number = Type.Number();

/** Cores and bytes; absent: nothing is asked for, or no limit is set. */
const Amount = Type.Object({ request: optional(number), limit: optional(number) });

const Container = Type.Object({
  name: text,
  image: text,
  /** running, waiting, ended. */
  state: text,
  ready: flag,
  restarts: whole,
  /** It runs before the others, and ends. */
  isInit: flag,
  /** There is a log of it from before its last restart. */
  hasPrevious: flag,
});

/** A Pod. The first fields are those of a node in the reference's network topology. */
export const InstanceNode = Type.Object({
  /** Name of the Pod. */
  id: text,
  /** PENDING, RUNNING, COMPLETE, FAILED, DELETING, UNKNOWN. */
  status: text,
  /** HEALTHY, UNHEALTHY, or UNKNOWN while it starts; absent once it has ended. */
  healthStatus: optionalText,
  /** Of the machine it runs on; for the provider. */
  availabilityZone: optionalText,
  /** The machine it runs on; for the provider. */
  machine: optionalText,
  /** As a label says it: primary, replica. */
  role: optionalText,
  ready: flag,
  /** Why it is not as it should be: the cause, the words of whoever says so, and what to do. */
  reason: optional(Type.Object({ code: text, cause: text, words: text, cure: text })),
  restarts: whole,
  since: optionalText,
  cpu: Amount,
  memory: Amount,
  containers: Type.Array(Container),
});
export type InstanceNode = Static<typeof InstanceNode>;

export const InstanceNodes = Type.Object({
  instanceId: text,
  nodes: Type.Array(InstanceNode),
  /** When the cell was asked. */
  readAt: text,
  /** The cell is a simulated one. */
  simulated: flag,
  /** What could not be read, and why; an empty list with entries here is not all there is. */
  unread: texts,
  /** What the caller may look at beside: a plan decides it for its customers. */
  logs: flag,
  metrics: flag,
});
export type InstanceNodes = Static<typeof InstanceNodes>;

export const ClusterEvent = Type.Object({
  /** `Pod/pg-1`. */
  object: text,
  /** Normal or Warning. */
  type: text,
  reason: text,
  message: text,
  count: whole,
  /** The last time. */
  at: text,
  /** The first time, where it is known. */
  since: optionalText,
  /** Who says so: kubelet, default-scheduler, an operator. */
  source: text,
});
export type ClusterEvent = Static<typeof ClusterEvent>;

const LogLine = Type.Object({
  /** RFC 3339, as the container runtime has it; '' where it has none. */
  at: text,
  text,
});
export type LogLine = Static<typeof LogLine>;

/** What the Pods of an instance use, as the metrics API of their cell has it. */
const Metrics = Type.Object({
  instanceId: text,
  /** There is a metrics API, and it answers. */
  available: flag,
  /** Why not, and what to do. */
  message: optionalText,
  samples: Type.Array(
    Type.Object({
      node: text,
      /** When it was measured. */
      at: text,
      /** Cores, on average over the time that is measured at once. */
      cpu: number,
      /** Bytes. */
      memory: number,
    }),
  ),
  readAt: text,
  simulated: flag,
});
export type InstanceMetrics = Static<typeof Metrics>;

/**
 * Server-sent events of `GET /api/instances/{id}/metrics/stream`: `metrics` at once, and again each quarter of a minute; `trouble` where the
 * cell does not answer meanwhile. It ends where there is no metrics API.
 */
export type MetricsMessage = { event: 'metrics'; data: InstanceMetrics } | { event: 'trouble'; data: { message: string } };

/**
 * Server-sent events of `GET /api/instances/{id}/nodes/{node}/log/stream`. `begin` comes first; `id:` of `lines` is the place to go on after;
 * `end` says why nothing more comes, and whether it is worth asking again.
 */
export type LogMessage =
  | { event: 'begin'; data: { node: string; container: string; simulated: boolean; unmasked?: string } }
  | { event: 'lines'; data: { lines: LogLine[] }; id: string }
  | { event: 'end'; data: { reason: 'ended' | 'limit' | 'broken' | 'simulated'; message: string } };

export const nodeOperations = {
  listInstanceNodes: operation({
    id: 'cellplane#ListInstanceNodes',
    api: 'ours',
    route: 'GET /api/instances/{id}/nodes',
    summary: 'The Pods of an instance: role, health, restarts, resources, and why one is not well',
    access: customer('instance:read'),
    response: InstanceNodes,
  }),
  listClusterEvents: operation({
    id: 'cellplane#ListClusterEvents',
    api: 'ours',
    route: 'GET /api/instances/{id}/cluster-events',
    summary: 'Events of Kubernetes in the namespace of an instance, newest first',
    access: customer('instance:read'),
    query: Type.Object({
      type: optional(Type.Enum(['Normal', 'Warning'])),
      /** Of one object: `Pod/pg-1`. */
      object: optionalText,
      /** 200 if it is not said. */
      limit: optional(Type.Integer({ minimum: 1, maximum: 500 })),
    }),
    response: Type.Object({
      instanceId: text,
      events: Type.Array(ClusterEvent),
      readAt: text,
      simulated: flag,
      /** There are more than those. */
      truncated: optionalFlag,
    }),
  }),
  readInstanceLog: operation({
    id: 'cellplane#ReadInstanceLog',
    api: 'ours',
    route: 'GET /api/instances/{id}/nodes/{node}/log',
    summary: 'The last lines of a container of an instance; secrets of the instance masked',
    access: customer('instance:read'),
    query: Type.Object({
      /** The first one that is not made to end, if it is not said. */
      container: optionalText,
      /** From before its last restart. */
      previous: optionalFlag,
      /** How many lines: 500 if it is not said. */
      tail: optional(Type.Integer({ minimum: 1, maximum: LOG_LINES.most })),
    }),
    response: Type.Object({
      instanceId: text,
      node: text,
      container: text,
      previous: flag,
      lines: Type.Array(LogLine),
      /** There is more before them: of what was asked for, only these fit into an answer. */
      truncated: flag,
      readAt: text,
      /** The cell is a simulated one: no container runs there, so there is no log. */
      simulated: flag,
      /** Secrets that are not known, and so not masked, and why; for the provider. */
      unmasked: optionalText,
    }),
  }),
  readInstanceMetrics: operation({
    id: 'cellplane#ReadInstanceMetrics',
    api: 'ours',
    route: 'GET /api/instances/{id}/metrics',
    summary: 'Processor and memory of the Pods of an instance now, where its cell has a metrics API',
    access: customer('instance:read'),
    response: Metrics,
  }),
};
