/** Server-sent events, for live displays. The messages themselves come from the rooms. */
import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { messageOf, tooManyRequests } from '../errors.js';
import type { Logger } from '../log.js';

/** One message. The same objects for all who get the same. */
export interface StreamMessage {
  event: string;
  data: unknown;
  /** The place of the message, to go on after. */
  id?: string;
}

/** What is sent: what is new, again and again. Ends when the signal aborts, or by itself when there is nothing more to come. */
export type StreamSource = (options: { after: string | undefined; signal: AbortSignal }) => AsyncIterable<readonly StreamMessage[]>;

/** What a stream was opened with. It ends when one of these does. */
export interface StreamSession {
  id: string;
  /** Of the access token. Epoch seconds. */
  expiresAt: number;
  /** What the caller's roles reached then: with another text they may see less, and have to ask anew. @default not looked at */
  reach?: string;
}

export interface EventStreamDeps {
  log: Logger;
  /** Aborts when the server begins to stop. */
  closing: AbortSignal;
  /**
   * Of these sessions, those that have not ended, with what their roles reach now, and the time by which tokens expire, in epoch
   * seconds. @default sessions never end
   */
  openSessions?: ((ids: string[]) => Promise<{ open: ReadonlyMap<string, string>; now: number }>) | undefined;
  limits?: Partial<StreamLimits>;
}

export interface StreamLimits {
  /** Open streams of one user. */
  perUser: number;
  /** Open streams of this copy of the program. */
  inAll: number;
  /** A client that takes nothing for so long is cut off. Milliseconds. */
  patienceMs: number;
  /** The pause between two checks whether sessions have ended. Milliseconds. */
  sessionCheckMs: number;
}

export interface EventStreams {
  /** Answers with the stream. The first message is awaited before anything is sent, so refusals are ordinary answers. */
  open(
    context: Context,
    request: {
      caller: { userId: string; session?: StreamSession | undefined };
      /** What it is about, for the log. */
      about: Record<string, unknown>;
      source: StreamSource;
    },
  ): Promise<Response>;
}

/** Streams of an instance cost little: they share what is read and what is sent. */
const LIMITS: StreamLimits = { perUser: 1_000, inAll: 4_000, patienceMs: 30_000, sessionCheckMs: 2_000 };
/** Keeps connections through proxies. Milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Seconds. */
const RETRY_AFTER = 10;

const SESSION_ENDED = 'the session has ended';
const ROLES_CHANGED = 'the roles have changed';
const PLACE_NEEDED = 'others need the place';
/** Last lines of streams that end so. */
const FAREWELLS: Record<string, string> = {
  [SESSION_ENDED]: 'the session has ended: sign in again',
  [ROLES_CHANGED]: 'your roles have changed: open the stream again',
  [PLACE_NEEDED]: 'all streams of this server are taken, and you have the most of them: close some',
};

interface OpenStream {
  userId: string;
  session: StreamSession | undefined;
  end: (why: string) => void;
}

/** Counts the open streams. */
export function openEventStreams(deps: EventStreamDeps): EventStreams {
  const limits = { ...LIMITS, ...deps.limits };
  const streams = new Set<OpenStream>();
  let checking: NodeJS.Timeout | undefined;

  async function checkSessions(openSessions: NonNullable<EventStreamDeps['openSessions']>): Promise<void> {
    // A stream that is opened meanwhile is not among those that were asked about: it has its turn next time.
    const asked = [...streams];
    const ids = asked.flatMap(({ session }) => (session === undefined ? [] : [session.id]));
    const { open, now } = await openSessions([...new Set(ids)]);
    for (const { session, end } of asked) {
      if (session === undefined) continue;
      const reach = open.get(session.id);
      if (reach === undefined || session.expiresAt <= now) end(SESSION_ENDED);
      else if (session.reach !== undefined && session.reach !== reach) end(ROLES_CHANGED);
    }
  }

  function checkLater(): void {
    const { openSessions } = deps;
    if (openSessions === undefined || checking !== undefined || streams.size === 0) return;
    checking = setTimeout(() => {
      checkSessions(openSessions)
        .catch((error: unknown) => deps.log.warn({ error: messageOf(error) }, 'the sessions of event streams could not be checked'))
        .finally(() => {
          checking = undefined;
          checkLater();
        });
    }, limits.sessionCheckMs);
    checking.unref();
  }

  function refused(reached: number, whose: string) {
    return tooManyRequests(
      'too-many-streams',
      `${reached} event streams ${whose} are open, and no more may be: close some, or try again later.`,
      RETRY_AFTER,
    );
  }

  /** Where all places are taken, whoever has the most gives one up: a few users who take all keep nobody else out. */
  function admit(stream: OpenStream): void {
    const counts = new Map<string, number>();
    for (const { userId } of streams) counts.set(userId, (counts.get(userId) ?? 0) + 1);
    const own = counts.get(stream.userId) ?? 0;
    if (own >= limits.perUser) throw refused(limits.perUser, 'of this user');
    if (streams.size >= limits.inAll) {
      const most = Math.max(...counts.values());
      // The one that was opened last.
      const last = most > own + 1 ? [...streams].findLast(({ userId }) => counts.get(userId) === most) : undefined;
      if (last === undefined) throw refused(limits.inAll, 'on this server');
      streams.delete(last);
      last.end(PLACE_NEEDED);
    }
    streams.add(stream);
    checkLater();
  }

  return {
    async open(context, { caller, about, source }) {
      const ended = new AbortController();
      const signal = AbortSignal.any([ended.signal, deps.closing, context.req.raw.signal]);
      const stream: OpenStream = { userId: caller.userId, session: caller.session, end: (why) => ended.abort(why) };
      admit(stream);
      const after = context.req.header('last-event-id') ?? context.req.query('after');
      const batches = source({ after, signal })[Symbol.asyncIterator]();
      const first = await batches.next().catch((error: unknown) => {
        streams.delete(stream);
        throw error;
      });
      return streamSSE(context, async (sent) => {
        sent.onAbort(() => ended.abort('the client has gone'));
        const writer = patientWriter(sent, limits.patienceMs, () => {
          ended.abort('the client takes nothing');
          (context.env as { outgoing?: ServerResponse } | undefined)?.outgoing?.destroy();
        });
        const heartbeat = setInterval(() => void writer.beat(), HEARTBEAT_MS);
        try {
          for (let next = first; next.done !== true && !signal.aborted; next = await batches.next())
            await writer.write(encodedAll(next.value));
          const farewell = FAREWELLS[String(ended.signal.reason)];
          if (stream.session !== undefined && farewell !== undefined) await writer.write(encoder.encode(`: ${farewell}\n\n`));
        } catch (error) {
          // The answer has begun, so the reason can only be logged; the client reconnects.
          if (!signal.aborted) deps.log.warn({ ...about, error: messageOf(error) }, 'an event stream broke off');
        } finally {
          clearInterval(heartbeat);
          streams.delete(stream);
          await batches.return?.();
        }
      });
    },
  };
}

const encoder = new TextEncoder();
/** A message is put into bytes once, however many get it. */
const encodings = new WeakMap<StreamMessage, Uint8Array>();

function encoded(message: StreamMessage): Uint8Array {
  const known = encodings.get(message);
  if (known !== undefined) return known;
  const { event, data, id } = message;
  // JSON has no line breaks of its own.
  const bytes = encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n${id === undefined ? '' : `id: ${id}\n`}\n`);
  encodings.set(message, bytes);
  return bytes;
}

/** One message goes out as it is, without a copy for each who gets it. */
function encodedAll(messages: readonly StreamMessage[]): Uint8Array {
  const [first, ...others] = messages.map(encoded);
  if (first === undefined) return new Uint8Array();
  return others.length === 0 ? first : Buffer.concat([first, ...others]);
}

/** Writes one thing after the other: nothing piles up behind a client that does not take it, and one that never does is cut off. */
function patientWriter(sent: SSEStreamingApi, patienceMs: number, cutOff: () => void) {
  let writing: Promise<unknown> | undefined;
  async function write(bytes: Uint8Array): Promise<void> {
    await writing;
    const impatient = setTimeout(cutOff, patienceMs);
    writing = sent.write(bytes).finally(() => {
      clearTimeout(impatient);
      writing = undefined;
    });
    await writing;
  }
  return {
    write,
    beat: async () => {
      if (writing === undefined) await write(encoder.encode(': still here\n\n'));
    },
  };
}
