import type { Room } from '../room.js';
import { conduct } from './conduct/conductor.js';
import { judgementQueue } from './conduct/judgement-queue.js';
import type { UpgradeDeps } from './deps.js';
import { upgradeHandlers } from './handlers.js';
import { writeLetters } from './conduct/letters.js';
import { noteEnd } from './conduct/note-end.js';
import { countOpenPaths } from './path-store.js';
import { rollBackFailed } from './conduct/roll-back.js';
import { windowHandlers } from './window/window-handlers.js';

/** The pause between two turns of the conductor. Milliseconds. */
const TURN_MS = 300;
/** The same where nobody waits for it. */
const SLOW_MS = 1_000;

/** Brings many instances to another plan version. `atWork`: the same for the loops. */
export function upgradesRoom(deps: UpgradeDeps, atWork: UpgradeDeps): Room {
  const judgements = judgementQueue(atWork);
  return {
    name: 'upgrades',
    handlers: { ...upgradeHandlers(deps), ...windowHandlers(deps) },
    hooks: { runEnded: noteEnd },
    gauges: [
      {
        name: 'cellplane_upgrade_paths',
        help: 'Upgrade paths that are not over',
        label: 'status',
        read: () => countOpenPaths(deps.instances.db),
      },
    ],
    loops: [
      {
        name: 'upgrade-paths',
        everyMs: TURN_MS,
        complaint: 'upgrade paths could not be moved on',
        work: () => conduct(atWork, judgements.add),
        byWorkers: true,
      },
      {
        name: 'upgrade-gates',
        everyMs: TURN_MS,
        complaint: 'gates of upgrade paths could not be judged',
        work: judgements.work,
        byWorkers: true,
      },
      {
        name: 'upgrade-rollbacks',
        everyMs: SLOW_MS,
        complaint: 'failed upgrades could not be brought back',
        work: () => rollBackFailed(atWork),
        byWorkers: true,
      },
      {
        name: 'upgrade-letters',
        everyMs: SLOW_MS,
        complaint: 'mails about upgrades could not be written',
        work: () => writeLetters(atWork),
        byWorkers: true,
      },
    ],
  };
}
