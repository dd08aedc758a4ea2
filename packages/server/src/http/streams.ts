/** The paths that answer with server-sent events: one instance, and what has changed of all that a person may see. */
import {
  type Caller,
  CHANGES_PATH,
  type ChangesMessage,
  INSTANCE_EVENTS_PATH,
  type InstanceStreamMessage,
  LOG_LINES,
  LOG_STREAM_PATH,
  type LogMessage,
  METRICS_STREAM_PATH,
  type MetricsMessage,
  MOST_FOLLOWED,
  operations,
} from '@cellplane/api';
import { badRequest } from '../errors.js';
import { authorize, type Principal } from '../identity/authorize.js';
import type { App, AppContext } from './context.js';
import { type EventStreamDeps, openEventStreams, type StreamSession, type StreamSource } from './event-stream.js';
import { routerPath } from './route.js';
import { requireStorable } from './storable-text.js';
import { readParams, requestReader } from './validation.js';

/** A signed-in person, and the session that they came with. */
export type SignedIn = Principal & { session?: StreamSession };

/**
 * What is new of an instance, again and again. Rejects with DomainError not_found before the first message if the caller may not see it. Ends
 * when the signal aborts, or by itself when the instance is gone. The same objects for all who follow an instance.
 */
export type InstanceEvents = (
  caller: Caller,
  instanceId: string,
  options: { after: number; signal: AbortSignal },
) => AsyncIterable<readonly InstanceStreamMessage[]>;

/** What has changed of what a person may see, and the progress of these instances. Ends when the signal aborts. */
export type ChangeEvents = (
  person: Principal,
  options: { after: string | undefined; instances: readonly string[]; signal: AbortSignal },
) => AsyncIterable<readonly ChangesMessage[]>;

/** What runs of an instance. Both reject with DomainError before the first message, and end when the signal aborts, or by themselves. */
export interface NodeStreams {
  log: LogEvents;
  metrics: (caller: Caller, instanceId: string, signal: AbortSignal) => AsyncIterable<readonly MetricsMessage[]>;
}

type LogEvents = (
  caller: Caller,
  wanted: { instanceId: string; node: string; container?: string | undefined; tail: number; after?: string | undefined },
  signal: AbortSignal,
) => AsyncIterable<readonly LogMessage[]>;

export interface StreamPathDeps extends EventStreamDeps {
  events: InstanceEvents;
  changes: ChangeEvents;
  nodeStreams?: NodeStreams | undefined;
  authenticate: (context: AppContext) => Promise<SignedIn>;
}

export function bindStreams(app: App, deps: StreamPathDeps): void {
  const streams = openEventStreams(deps);
  const open = (
    context: AppContext,
    { person, about, source }: { person: SignedIn; about: Record<string, unknown>; source: StreamSource },
  ) => {
    // Nothing would read the stream.
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
    return streams.open(context, { caller: { userId: person.userId, session: person.session }, about, source });
  };
  app.get(routerPath(INSTANCE_EVENTS_PATH), async (context) => {
    context.set('operation', 'streamInstanceEvents');
    const person = await deps.authenticate(context);
    const { id = '' } = readParams({ id: String(context.req.param('id')) });
    requireStorable({ instanceId: id }, 'path parameter');
    const caller = authorize(operations.describeInstanceProgress.access, person, {});
    const source: StreamSource = ({ after, signal }) => deps.events(caller, id, { after: sequenceOf(after), signal });
    return open(context, { person, about: { instance: id }, source });
  });
  app.get(routerPath(CHANGES_PATH), async (context) => {
    context.set('operation', 'streamChanges');
    const person = await deps.authenticate(context);
    const asked = context.req.queries('instance') ?? [];
    if (asked.length > MOST_FOLLOWED)
      throw badRequest('too-many-followed', `A stream follows ${MOST_FOLLOWED} instances at most.`, [
        { field: 'instance', message: `must not be given more than ${MOST_FOLLOWED} times` },
      ]);
    const instances = asked.map((id) => readParams({ instance: id })['instance'] ?? '').filter((id) => id !== '');
    requireStorable({ instances }, 'query parameter');
    return open(context, { person, about: { user: person.userId }, source: (options) => deps.changes(person, { ...options, instances }) });
  });
  bindNodes(app, deps, open);
}

type OpenStream = (
  context: AppContext,
  stream: { person: SignedIn; about: Record<string, unknown>; source: StreamSource },
) => Promise<Response> | Response;

function bindNodes(app: App, deps: StreamPathDeps, open: OpenStream): void {
  const { nodeStreams } = deps;
  if (nodeStreams === undefined) return;
  const row = operations.readInstanceLog;
  const reader = requestReader(row);
  app.get(routerPath(LOG_STREAM_PATH), async (context) => {
    context.set('operation', 'streamInstanceLog');
    const person = await deps.authenticate(context);
    const { id = '', node = '' } = readParams({ id: String(context.req.param('id')), node: String(context.req.param('node')) });
    requireStorable({ instanceId: id, node }, 'path parameter');
    const caller = authorize(row.access, person, {});
    const { container, tail = LOG_LINES.usual } = reader.query(new URL(context.req.url).searchParams) as {
      container?: string;
      tail?: number;
    };
    const source: StreamSource = ({ after, signal }) => nodeStreams.log(caller, { instanceId: id, node, container, tail, after }, signal);
    return open(context, { person, about: { instance: id, node }, source });
  });
  app.get(routerPath(METRICS_STREAM_PATH), async (context) => {
    context.set('operation', 'streamInstanceMetrics');
    const person = await deps.authenticate(context);
    const { id = '' } = readParams({ id: String(context.req.param('id')) });
    requireStorable({ instanceId: id }, 'path parameter');
    const caller = authorize(operations.readInstanceMetrics.access, person, {});
    const source: StreamSource = ({ signal }) => nodeStreams.metrics(caller, id, signal);
    return open(context, { person, about: { instance: id }, source });
  });
}

function sequenceOf(after = '0'): number {
  const sequence = Number(after);
  return Number.isSafeInteger(sequence) ? sequence : 0;
}
