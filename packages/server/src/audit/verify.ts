/** Whether a trail is as it was written: every event from the last checkpoint to its end, in order. */
import type { Database } from '../database/database.js';
import { BEGINNING, isSealed } from './chain.js';
import { selectBeyond, selectCheckpoint, selectHead } from './chain-store.js';
import { type Fault, followLinks } from './links.js';

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
  const from = { position: prunedUpTo, hash: checkpoint?.hash ?? BEGINNING };
  let seen: Buffer | undefined = expected?.position === prunedUpTo ? from.hash : undefined;
  const last = await followLinks(db, { providerOrgId, from, upTo: end.position, ...(signal === undefined ? {} : { signal }) }, (row) => {
    verdict.events += 1;
    if (row.position === expected?.position) seen = row.hash;
  });
  if ('kind' in last) return { ...verdict, fault: last };
  if (!last.hash.equals(end.hash) || (head !== undefined && !isSealed(key, { what: 'head', providerOrgId, ...head }, head.seal)))
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
