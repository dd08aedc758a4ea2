/** What an instance is doing, live, over the one stream of this tab. */
import type { InstanceProgress } from '@cellplane/api/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '../app/live/live';

export type Progress = InstanceProgress;

export interface LiveProgress {
  progress: Progress | undefined;
  /** The stream is open. While it is not, what is shown may be old. */
  isLive: boolean;
  /** The server refuses: there is no such instance for this person. */
  refusal: unknown;
}

const NOTHING = { progress: undefined, refusal: undefined };

export function useProgress(instanceId: string): LiveProgress {
  const [heard, setHeard] = useState<Omit<LiveProgress, 'isLive'>>(NOTHING);
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  useEffect(() => {
    setHeard(NOTHING);
    return connection.follow(instanceId, (news) => setHeard((before) => ({ ...before, ...news })));
  }, [instanceId]);
  return { ...heard, isLive: state === 'live' };
}
