/** Server-sent events of one instance: for live displays. The events themselves come from the instances room. */
import type { Caller, InstanceStreamMessage } from '@cellplane/api';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';

/**
 * Where the stream comes from. Rejects with DomainError not_found before the first message if the caller may not see the
 * instance. Ends when the signal aborts, or by itself when the instance is gone.
 */
export type InstanceEvents = (
  caller: Caller,
  instanceId: string,
  options: { after: number; signal: AbortSignal },
) => AsyncIterable<InstanceStreamMessage>;

/** Keeps connections through proxies. Milliseconds. */
const HEARTBEAT_MS = 15_000;

/** Answers with the stream. The first message is awaited before anything is sent, so refusals are ordinary answers. */
export async function streamInstanceEvents(
  deps: { events: InstanceEvents; log: Logger; closing: AbortSignal },
  context: Context,
  request: { caller: Caller; instanceId: string },
): Promise<Response> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, deps.closing]);
  const after = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0);
  const last = Number.isSafeInteger(after) ? after : 0;
  const stream = deps.events(request.caller, request.instanceId, { after: last, signal });
  const messages = stream[Symbol.asyncIterator]();
  const first = await messages.next();
  return streamSSE(context, async (sent) => {
    sent.onAbort(() => gone.abort());
    const heartbeat = setInterval(() => void sent.write(': still here\n\n'), HEARTBEAT_MS);
    try {
      for (let next = first; next.done !== true && !signal.aborted; next = await messages.next()) {
        const { event, data } = next.value;
        await sent.writeSSE({ event, data: JSON.stringify(data), ...(event === 'run-event' ? { id: String(data.sequence) } : {}) });
      }
    } catch (error) {
      // The answer has begun, so the reason can only be logged; the client reconnects.
      if (!signal.aborted) deps.log.warn({ instance: request.instanceId, error: messageOf(error) }, 'an event stream broke off');
    } finally {
      clearInterval(heartbeat);
      await messages.return?.();
    }
  });
}
