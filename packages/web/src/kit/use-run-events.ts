/** What the newest run of an instance says, as it says it. The tab's own stream carries the state alone, so this one is open while somebody reads. */
import { type Client, ResponseError } from '@cellplane/api/client';
import { useEffect, useState } from 'react';
import { client } from '../app/client';

type Message = ReturnType<Client['followInstance']> extends AsyncIterable<infer One> ? One : never;
/** Something that a run has said. */
export type RunEvent = Extract<Message, { event: 'run-event' }>['data'];

/** Events that are kept of a page that stays open. */
const MOST_EVENTS = 1_000;
/** Before the stream is opened again. Milliseconds. */
const PAUSE_MS = 3_000;

export function useRunEvents(instanceId: string): readonly RunEvent[] {
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  useEffect(() => {
    const gone = new AbortController();
    setEvents([]);
    void follow(instanceId, gone.signal, (event) =>
      setEvents((before) =>
        // A stream that is opened again begins with what was heard before.
        before.some(({ sequence }) => sequence === event.sequence) ? before : [...before, event].slice(-MOST_EVENTS),
      ),
    );
    return () => gone.abort();
  }, [instanceId]);
  return events;
}

async function follow(instanceId: string, signal: AbortSignal, tell: (event: RunEvent) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const message of client.followInstance(instanceId, { signal })) if (message.event === 'run-event') tell(message.data);
    } catch (error) {
      // A refusal does not change by asking again; all else may.
      if (error instanceof ResponseError && error.status < 500 && error.status !== 429) return;
    }
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)), { once: true });
    });
  }
}
