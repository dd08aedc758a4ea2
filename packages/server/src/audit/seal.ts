/**
 * Gives events their places in the trail, and removes old ones. Recording takes no lock that anybody waits for: events are chained
 * afterwards, by one process at a time, which holds the row of the trail's end.
 */
import { type Database, type Transaction, transaction } from '../database/database.js';
import { BEGINNING, hashOfLine, isSealed, lineOf, sealOf } from './chain.js';
import {
  deleteUpTo,
  holdHead,
  holdPrunable,
  holdUnsealed,
  insertCheckpoint,
  sealEvents,
  selectCheckpoint,
  selectSealed,
  selectUnsealed,
} from './chain-store.js';
import { type Fault, followLinks, type Link } from './links.js';

export interface SealDeps {
  db: Database;
  /** See `deriveSealKey`. */
  key: Buffer;
}

/** A call that has not ended after this was given up by its process. No call lasts so long. Seconds. */
const LOST_AFTER_S = 3_600;
const SEALED_AT_ONCE = 500;
const PRUNED_AT_ONCE = 5_000;

/** The end of a trail has another seal than this installation gives: it was changed from outside. What follows is not sealed. */
class BrokenSealError extends Error {
  override readonly name = 'BrokenSealError';
}

/** Seals what has ended, of every provider. @throws BrokenSealError */
export async function sealAll(
  deps: SealDeps,
  { lostAfterS = LOST_AFTER_S, signal }: { lostAfterS?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const broken: string[] = [];
  const isStopping = () => signal?.aborted === true;
  for (const providerOrgId of await selectUnsealed(deps.db, lostAfterS)) {
    let done: Awaited<ReturnType<typeof sealSome>> = 'more';
    while (done === 'more' && !isStopping()) done = await sealSome(deps, providerOrgId, lostAfterS);
    if (done === 'broken') broken.push(providerOrgId);
  }
  if (broken.length > 0) throw new BrokenSealError(`The end of the audit trail of ${broken.join(', ')} was changed; see docs/audit.md.`);
}

async function sealSome({ db, key }: SealDeps, providerOrgId: string, lostAfterS: number): Promise<'more' | 'done' | 'broken'> {
  return transaction(db, async (tx) => {
    const first = { what: 'head', providerOrgId, position: 0, hash: BEGINNING } as const;
    const head = await holdHead(tx, providerOrgId, { hash: BEGINNING, seal: sealOf(key, first) });
    if (head === undefined) return 'done';
    if (!isSealed(key, { what: 'head', providerOrgId, ...head }, head.seal)) return 'broken';
    const rows = await holdUnsealed(tx, { providerOrgId, lostAfterS, limit: SEALED_AT_ONCE });
    if (rows.length === 0) return 'done';
    let { position, hash } = head;
    const sealed = rows.map((row) => {
      const previous = hash;
      const outcome = row.outcome ?? 'unknown';
      position += 1;
      hash = hashOfLine(lineOf(position, previous, { ...row, outcome }));
      return { id: row.id, outcome, position, previousHash: previous.toString('hex'), hash: hash.toString('hex') };
    });
    await sealEvents(tx, providerOrgId, sealed, { position, hash, seal: sealOf(key, { what: 'head', providerOrgId, position, hash }) });
    return rows.length < SEALED_AT_ONCE ? 'done' : 'more';
  });
}

/** What is to be removed is not as it was written: it stays, as the evidence. */
class ChangedTrailError extends Error {
  override readonly name = 'ChangedTrailError';
}

/**
 * Removes events older than so many days, from the beginning of each trail, and keeps up to where. Answers how many. What was changed since
 * it was sealed is not removed: somebody could have made it old.
 * @throws ChangedTrailError after the trails that are as they were written
 */
export async function prune({ db, key }: SealDeps, days: number): Promise<number> {
  const faults: string[] = [];
  const removed = await transaction(db, async (tx) => {
    let count = 0;
    for (const { providerOrgId, ...last } of await holdPrunable(tx, { days, limit: PRUNED_AT_ONCE })) {
      const fault = await faultUpTo(tx, key, providerOrgId, last);
      if (fault !== undefined) {
        faults.push(`${providerOrgId}: ${fault.message}`);
        continue;
      }
      const events = await deleteUpTo(tx, providerOrgId, last.position);
      const seal = sealOf(key, { what: 'checkpoint', providerOrgId, ...last });
      await insertCheckpoint(tx, { providerOrgId, ...last, events, seal });
      count += events;
    }
    return count;
  });
  if (faults.length > 0)
    throw new ChangedTrailError(
      `Old events were changed and are kept: ${faults.join(' ')} See docs/audit.md, and \`cellplane audit verify\`.`,
    );
  return removed;
}

/** What is wrong with the trail from its last checkpoint to this place, or with the event behind it. */
async function faultUpTo(tx: Transaction, key: Buffer, providerOrgId: string, last: Link): Promise<Pick<Fault, 'message'> | undefined> {
  const checkpoint = await selectCheckpoint(tx, providerOrgId);
  if (checkpoint !== undefined && !isSealed(key, { what: 'checkpoint', providerOrgId, ...checkpoint }, checkpoint.seal))
    return { message: `The checkpoint at ${checkpoint.position} was not written by this installation.` };
  const from = checkpoint ?? { position: 0, hash: BEGINNING };
  const followed = await followLinks(tx, { providerOrgId, from, upTo: last.position });
  if ('kind' in followed) return followed;
  const { position } = last;
  const [next] = await selectSealed(tx, { providerOrgId, after: position, upTo: position + 1, limit: 1 });
  if (next === undefined || next.previousHash.equals(last.hash)) return undefined;
  return { message: `Event ${next.id}, at ${position + 1}, does not follow the event before it.` };
}
