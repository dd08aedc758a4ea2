/** Whether events of a trail follow each other as they were written, from one place to another. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { hashOfLine, lineOf } from './chain.js';
import { type SealedRow, selectSealed } from './chain-store.js';

/** What is wrong with a trail, at its first place where something is. */
export interface Fault {
  kind: 'edited' | 'missing' | 'reordered' | 'added' | 'head-changed' | 'checkpoint-changed' | 'not-as-expected';
  position: number;
  /** Of the event there; empty if there is none. */
  eventId: string;
  message: string;
}

/** A place and the hash of its event. */
export interface Link {
  position: number;
  hash: Buffer;
}

const READ_AT_ONCE = 1_000;

/** The last link, or the first fault on the way to it. `each` sees the events that are as they were written, in order. */
export async function followLinks(
  db: Database,
  { providerOrgId, from, upTo, signal }: { providerOrgId: string; from: Link; upTo: number; signal?: AbortSignal },
  each: (row: SealedRow) => void = () => {},
): Promise<Link | Fault> {
  let { position, hash } = from;
  while (position < upTo) {
    signal?.throwIfAborted();
    const rows = await selectSealed(db, { providerOrgId, after: position, upTo, limit: READ_AT_ONCE });
    for (const row of rows) {
      const fault = faultOf(row, position + 1, hash);
      if (fault !== undefined) return fault;
      ({ position, hash } = row);
      each(row);
    }
    if (rows.length === 0)
      return {
        kind: 'missing',
        position: position + 1,
        eventId: '',
        message: `The events from ${position + 1} to ${upTo}, the end of the trail, are missing.`,
      };
    // Others have their turns between.
    await nextTurn();
  }
  return { position, hash };
}

/** The event that was expected at a place, against the one that was found. */
function faultOf(row: SealedRow, position: number, previous: Buffer): Fault | undefined {
  const { id: eventId } = row;
  if (row.position !== position) {
    const what =
      row.position - position === 1 ? `Event ${position} is missing` : `The events from ${position} to ${row.position - 1} are missing`;
    return { kind: 'missing', position, eventId: '', message: `${what}; the next one is ${eventId}, at ${row.position}.` };
  }
  // Its own content first: with it, the hash before it was the one that it names.
  if (!hashOfLine(lineOf(position, row.previousHash, row)).equals(row.hash)) {
    const isMoved = !row.previousHash.equals(previous);
    return isMoved
      ? { kind: 'reordered', position, eventId, message: `Event ${eventId}, at ${position}, was written at another place.` }
      : { kind: 'edited', position, eventId, message: `Event ${eventId}, at ${position}, was changed after it was written.` };
  }
  if (!row.previousHash.equals(previous))
    return { kind: 'reordered', position, eventId, message: `Event ${eventId}, at ${position}, does not follow the event before it.` };
  return undefined;
}
