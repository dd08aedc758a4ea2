/** Whether a trail is as it was written: every event from the last checkpoint to its end, in order. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { BEGINNING, hashOfLine, isSealed, lineOf } from './chain.js';
import { type SealedRow, selectBeyond, selectCheckpoint, selectHead, selectSealed } from './chain-store.js';

/** What is wrong with a trail, at its first place where something is. */
export interface Fault {
  kind: 'edited' | 'missing' | 'reordered' | 'added' | 'head-changed' | 'checkpoint-changed' | 'not-as-expected';
  position: number;
  /** Of the event there; empty if there is none. */
  eventId: string;
  message: string;
}

export interface Verdict {
  /** Events that were checked. */
  events: number;
  /** The last place before the first event that is kept; 0 if nothing was pruned. */
  prunedUpTo: number;
  /** The end of the trail: its place and hash in hexadecimal. Kept elsewhere, they show later that nothing was cut off. */
  position: number;
  hash: string;
  /** Events that have no place yet: calls under way, and the last second's. */
  unsealed: number;
  fault?: Fault;
}

/** A place and its hash, as an earlier check has told them. */
export interface Expected {
  position: number;
  hash: string;
}

const READ_AT_ONCE = 1_000;

export interface VerifyDeps {
  db: Database;
  key: Buffer;
}

/** Checks a provider's trail. */
export async function verifyTrail(
  deps: VerifyDeps,
  providerOrgId: string,
  { expected, signal }: { expected?: Expected; signal?: AbortSignal } = {},
): Promise<Verdict> {
  for (;;) {
    const verdict = await verifyOnce(deps, providerOrgId, expected, signal);
    // Pruned meanwhile: what is missing was taken away by us.
    if (verdict.fault === undefined) return verdict;
    const checkpoint = await selectCheckpoint(deps.db, providerOrgId);
    if ((checkpoint?.position ?? 0) === verdict.prunedUpTo) return verdict;
  }
}

async function verifyOnce({ db, key }: VerifyDeps, providerOrgId: string, expected?: Expected, signal?: AbortSignal): Promise<Verdict> {
  const checkpoint = await selectCheckpoint(db, providerOrgId);
  const head = await selectHead(db, providerOrgId);
  const beyond = await selectBeyond(db, providerOrgId);
  const prunedUpTo = checkpoint?.position ?? 0;
  const end = head ?? { position: prunedUpTo, hash: checkpoint?.hash ?? BEGINNING };
  const verdict = { events: 0, prunedUpTo, position: end.position, hash: end.hash.toString('hex'), unsealed: beyond.unsealed };
  const faulty = (kind: Fault['kind'], position: number, eventId: string, message: string): Verdict => ({
    ...verdict,
    fault: { kind, position, eventId, message },
  });

  if (checkpoint !== undefined && !isSealed(key, { what: 'checkpoint', providerOrgId, ...checkpoint }, checkpoint.seal))
    return faulty('checkpoint-changed', prunedUpTo, '', `The checkpoint at ${prunedUpTo} was not written by this installation.`);
  let previous = checkpoint?.hash ?? BEGINNING;
  let position = prunedUpTo;
  let seen: Buffer | undefined = expected?.position === prunedUpTo ? previous : undefined;
  while (position < end.position) {
    signal?.throwIfAborted();
    const rows = await selectSealed(db, { providerOrgId, after: position, upTo: end.position, limit: READ_AT_ONCE });
    for (const row of rows) {
      const fault = faultOf(row, position + 1, previous);
      if (fault !== undefined) return faulty(fault.kind, fault.position, fault.eventId, fault.message);
      position = row.position;
      previous = row.hash;
      verdict.events += 1;
      if (position === expected?.position) seen = row.hash;
    }
    if (rows.length === 0)
      return faulty('missing', position + 1, '', `The events from ${position + 1} to ${end.position}, the end of the trail, are missing.`);
    // Others have their turns between.
    await nextTurn();
  }
  if (!previous.equals(end.hash) || (head !== undefined && !isSealed(key, { what: 'head', providerOrgId, ...head }, head.seal)))
    return faulty('head-changed', end.position, '', `The end of the trail, at ${end.position}, was not written by this installation.`);
  if (beyond.position !== null && beyond.id !== null && beyond.position > end.position)
    return faulty('added', beyond.position, beyond.id, `Event ${beyond.id} stands behind the end of the trail, at ${beyond.position}.`);
  if (expected !== undefined && expected.position >= prunedUpTo && seen?.toString('hex') !== expected.hash.toLowerCase())
    return faulty(
      'not-as-expected',
      expected.position,
      '',
      `The trail had another event at ${expected.position} than it has now, or ends before it.`,
    );
  return verdict;
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
