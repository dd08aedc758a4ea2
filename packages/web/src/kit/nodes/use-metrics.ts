/** What an instance uses, as it is measured while somebody looks. What was seen of it is there again when the tab is opened again. */
import type { InstanceMetrics } from '@cellplane/api';
import { ResponseError } from '@cellplane/api/client';
import { useEffect, useState } from 'react';
import { client } from '../../app/client';
import { type Reading, withReading } from './samples';

export interface ShownMetrics {
  readings: readonly Reading[];
  /** Undefined until there is an answer. */
  last: InstanceMetrics | undefined;
  /** It cannot be measured now. */
  trouble: string | undefined;
  error: unknown;
}

/** Of instances that were looked at, as long as the application is open. */
const seen = new Map<string, readonly Reading[]>();
/** Before a stream that has ended or broken is opened again. Milliseconds. */
const PAUSE_MS = 5_000;

/** `turn`: another number asks again. */
export function useMetrics(instanceId: string, turn: number): ShownMetrics {
  const [shown, setShown] = useState<ShownMetrics>(() => begin(instanceId));
  useEffect(() => {
    const gone = new AbortController();
    setShown(begin(instanceId));
    void follow(instanceId, gone.signal, (change) => {
      if (!gone.signal.aborted) setShown(change);
    });
    return () => gone.abort();
  }, [instanceId, turn]);
  return shown;
}

function begin(instanceId: string): ShownMetrics {
  return { readings: seen.get(instanceId) ?? [], last: undefined, trouble: undefined, error: null };
}

type Change = (change: (before: ShownMetrics) => ShownMetrics) => void;

async function follow(instanceId: string, signal: AbortSignal, change: Change): Promise<void> {
  let isKnown = false;
  while (!signal.aborted) {
    try {
      for await (const message of client.followMetrics(instanceId, { signal })) {
        if (message.event === 'trouble') {
          change((before) => ({ ...before, trouble: message.data.message }));
          continue;
        }
        isKnown = true;
        const readings = withReading(seen.get(instanceId) ?? [], message.data);
        seen.set(instanceId, readings);
        change(() => ({ readings, last: message.data, trouble: undefined, error: null }));
        if (!message.data.available) return;
      }
    } catch (error) {
      const mayPass = isKnown && (!(error instanceof ResponseError) || error.status >= 500 || error.status === 429);
      if (!mayPass) {
        change((before) => ({ ...before, error }));
        return;
      }
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
