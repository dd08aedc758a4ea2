import type { Room } from '../room.js';
import { openChanges, type ProgressOf } from './changes.js';
import { FactFeed, type FactFeedDeps } from './fact-feed.js';

/** Gives `changes`, the live streams of open applications. `progress`: that of one instance. */
export function liveRoom(deps: FactFeedDeps, progress: ProgressOf): Room & { changes: ReturnType<typeof openChanges> } {
  return { name: 'live', changes: openChanges(new FactFeed(deps), progress) };
}
