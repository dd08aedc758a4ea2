/** Live progress of instances. However many clients follow one instance, it is read once, and all of them get the same messages. */
import type { OpenDatabase } from '../../database/database.js';
import type { Viewer } from '../../identity/viewer.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';
import { Changes } from './changes.js';
import { Feed, type LiveMessages } from './instance-feed.js';
import { instanceProgress } from '../progress.js';
import type { RunViews } from './run-views.js';

/** The pause between two polls of an instance with an operation or a run. Milliseconds. */
const POLL_MS = 200;

export interface LiveProgressOptions {
  /** The pause between two polls of an instance with an operation or a run; other instances are polled 25 times less often. Milliseconds. @default 200 */
  pollMs?: number;
  /** Brings the facts about instances at once. @default polls find them */
  listen?: OpenDatabase['listen'];
}

/**
 * Progress first and whenever it has changed, each new event of the newest run; ends when the instance is deleted, for one that was deleted
 * before with its last state. What somebody is too slow for is left out, except events. @throws DomainError not_found, before the first message
 */
export function openLiveProgress(deps: InstanceDeps, runs: RunViews, { pollMs = POLL_MS, listen }: LiveProgressOptions = {}) {
  const changes = new Changes({ db: deps.db, listen, pollMs });
  const feeds = new Map<string, Feed>();
  return async function* (
    caller: Viewer,
    instanceId: string,
    options: { after: number; signal: AbortSignal },
  ): AsyncGenerator<LiveMessages> {
    // What one viewer may see of an instance, another may not: of another organization, subscription, or product.
    const key = JSON.stringify([caller.orgId, caller.subscriptions, caller.products, instanceId]);
    const { signal } = options;
    let feed = feeds.get(key);
    if (feed === undefined) {
      feed = new Feed({ db: deps.db, instanceId, changes, progress: () => instanceProgress(deps, runs, caller, instanceId) });
      feeds.set(key, feed);
    }
    feed.watchers += 1;
    try {
      while (feed.shown === undefined && !feed.isOver && !signal.aborted) await feed.change(signal);
      const place = { event: Math.max(options.after, feed.firstEvent - 1), version: 0 };
      while (!signal.aborted) {
        const news = feed.since(place);
        if (news.length > 0) yield news;
        else if (feed.failure !== undefined) throw feed.failure;
        else if (feed.isOver) return;
        else await feed.change(signal);
      }
    } finally {
      feed.watchers -= 1;
      if (feed.watchers === 0 || feed.isOver) {
        feed.end();
        if (feeds.get(key) === feed) feeds.delete(key);
      }
    }
  };
}
