/** Our own reads under `/api/`: what an instance is doing right now, once or as a stream. */
import { type Static, Type } from 'typebox';
import { flag, optional, optionalFlag, optionalText, text, textMap, whole } from '../field.js';
import { customer } from '../access.js';
import { operation } from '../operation.js';
import { Breakpoint, GraphTask, TaskProgress, WaitingFor } from './workflow.js';

/** State of an instance and of its newest run. `final` once nothing more will change by itself. */
export const InstanceProgress = Type.Object({
  instanceId: text,
  status: text,
  statusDescription: optionalText,
  final: flag,
  run: optional(
    Type.Object({
      id: text,
      kind: text,
      /** Of a custom workflow. */
      verb: optionalText,
      phase: text,
      message: text,
      code: optionalText,
      createdAt: text,
      startedAt: optionalText,
      finishedAt: optionalText,
      deadline: text,
      waitingFor: optional(WaitingFor),
      tasks: Type.Array(TaskProgress),
      paused: optionalFlag,
      graph: optional(Type.Array(GraphTask)),
      breakpoints: optional(Type.Array(Breakpoint)),
    }),
  ),
  /** Endpoint name → address, once they are resolved. */
  endpoints: textMap,
});
export type InstanceProgress = Static<typeof InstanceProgress>;

/** One event of a run, as the stream sends it. */
const StreamedRunEvent = Type.Object({
  sequence: whole,
  runId: text,
  time: text,
  type: text,
  step: text,
  message: text,
});
type StreamedRunEvent = Static<typeof StreamedRunEvent>;

/**
 * Server-sent events of `GET /api/instances/{id}/events`. `progress` comes first and whenever something changed, `run-event`
 * for every new event; `id:` of a run event is its sequence, so a reconnecting client gets what it missed.
 */
export type InstanceStreamMessage =
  | { event: 'progress'; data: InstanceProgress }
  | { event: 'run-event'; data: StreamedRunEvent; id?: string };

export { INSTANCE_EVENTS_PATH } from '../address.js';

export const progressOperations = {
  describeInstanceProgress: operation({
    id: 'cellplane#DescribeInstanceProgress',
    api: 'ours',
    route: 'GET /api/instances/{id}/progress',
    summary: 'What an instance is doing right now: run, tasks, and what they wait for',
    access: customer('instance:read'),
    response: InstanceProgress,
  }),
};
