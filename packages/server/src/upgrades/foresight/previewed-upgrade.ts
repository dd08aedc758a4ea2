/** What an upgrade of one instance would change, by the room of differences: a dry run of each object against the live one. */
import { previewChange } from '../../diff/change-preview.js';
import type { SnapshotDeps } from '../../snapshots/snapshot.js';
import type { LookAhead } from './look-ahead.js';

/** Rejects with the reason for an instance whose upgrade would be refused. */
export function lookAheadOf(deps: SnapshotDeps): LookAhead {
  return async ({ instanceId, targetVersion, parameters }) => {
    const { objects, problems } = await previewChange(deps, { kind: 'upgrade', instanceId, targetVersion, parameters });
    if (objects.length === 0 && problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
    return { objects };
  };
}
