/**
 * Gives events their places in the trail, and removes old ones. Recording takes no lock that anybody waits for: events are chained
 * afterwards, by one process at a time, which holds the row of the trail's end.
 */
import { type Database, transaction } from '../database/database.js';
import { BEGINNING, hashOfLine, isSealed, lineOf, sealOf } from './chain.js';
import { deleteUpTo, holdHead, holdPrunable, holdUnsealed, insertCheckpoint, sealEvents, selectUnsealed } from './chain-store.js';

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

/** Removes events older than so many days, from the beginning of each trail, and keeps up to where. Answers how many. */
export async function prune({ db, key }: SealDeps, days: number): Promise<number> {
  return transaction(db, async (tx) => {
    let removed = 0;
    for (const { providerOrgId, position, hash } of await holdPrunable(tx, { days, limit: PRUNED_AT_ONCE })) {
      const events = await deleteUpTo(tx, providerOrgId, position);
      const seal = sealOf(key, { what: 'checkpoint', providerOrgId, position, hash });
      await insertCheckpoint(tx, { providerOrgId, position, hash, events, seal });
      removed += events;
    }
    return removed;
  });
}
