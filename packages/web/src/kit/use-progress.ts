/** What an instance is doing, live: one event stream, opened again where it breaks off. */
import { type Client, ResponseError } from '@cellplane/api/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../app/client';

export type Progress = Awaited<ReturnType<Client['describeInstanceProgress']>>;

/** Pause before the stream is opened again. Milliseconds; doubled each time up to the most. */
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;

export interface LiveProgress {
  progress: Progress | undefined;
  /** The stream is open. While it is not, what is shown may be old. */
  isLive: boolean;
  /** The server refuses the stream: it is not opened again. */
  refusal: unknown;
}

const NOTHING: LiveProgress = { progress: undefined, isLive: false, refusal: undefined };

export function useProgress(instanceId: string): LiveProgress {
  const [live, setLive] = useState(NOTHING);
  const queries = useQueryClient();
  const { status, final } = live.progress ?? {};
  // What else is shown of instances follows what the stream says.
  useEffect(() => {
    if (status !== undefined) void queries.invalidateQueries({ queryKey: ['instances'] });
  }, [queries, status, final]);
  useEffect(() => {
    const gone = new AbortController();
    setLive(NOTHING);
    void follow(instanceId, gone.signal, (changes) => setLive((present) => ({ ...present, ...changes })));
    return () => gone.abort();
  }, [instanceId]);
  return live;
}

async function follow(instanceId: string, signal: AbortSignal, tell: (changes: Partial<LiveProgress>) => void): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      for await (const message of client.followInstance(instanceId, { signal })) {
        pauseMs = FIRST_PAUSE_MS;
        tell(message.event === 'progress' ? { progress: message.data, isLive: true } : { isLive: true });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ResponseError && error.status < 500 && error.status !== 429) return tell({ refusal: error, isLive: false });
    }
    tell({ isLive: false });
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)), { once: true });
    });
    pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS);
  }
}
