import type { Room } from '../room.js';
import type { SnapshotDeps } from '../snapshots/snapshot.js';
import { previewHandlers } from './handlers.js';

/** Gives the preview of changes. */
export function diffRoom(deps: SnapshotDeps): Room {
  return { name: 'diff', handlers: previewHandlers(deps) };
}
