import type { Database } from '../database/database.js';
import { joinedMembers } from './joined-members.js';
import { operationEnds } from './operation-ends.js';
import type { Doors } from '../identity/doors.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import { deriveSealKey } from './chain.js';
import { auditHandlers } from './handlers.js';
import { createRecorder, type Recorder } from './record.js';
import { prune, sealAll } from './seal.js';

export interface AuditRoomDeps {
  db: Database;
  /** For the loops. */
  background: Database;
  log: Logger;
  masterKey: Buffer;
  doors: Pick<Doors, 'query'>;
  providerOrgId: string;
  /** How long events are kept. */
  days: number;
}

/** Milliseconds. */
const SEAL_MS = 1_000;
const PRUNE_MS = 600_000;

/** Records calls, keeps the trail, and shows it. */
export function auditRoom({ db, background, masterKey, days, ...deps }: AuditRoomDeps): Room & { record: Recorder } {
  const key = deriveSealKey(masterKey);
  const stopping = new AbortController();
  return {
    name: 'audit',
    record: createRecorder({ db, ...deps }),
    handlers: auditHandlers({ db, key }),
    followers: [operationEnds, joinedMembers],
    loops: [
      {
        name: 'audit-seals',
        everyMs: SEAL_MS,
        complaint: 'audit events could not be sealed',
        work: () => sealAll({ db: background, key }, { signal: stopping.signal }),
        byWorkers: true,
      },
      {
        name: 'old-audit-events',
        everyMs: PRUNE_MS,
        complaint: 'old audit events could not be removed',
        work: async () => {
          while (!stopping.signal.aborted && (await prune({ db: background, key }, days)) > 0);
        },
        byWorkers: true,
      },
    ],
    stop: async () => stopping.abort(),
  };
}
