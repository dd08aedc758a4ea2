import type { Database } from '../database/database.js';
import { exportLine, lineOf } from './chain.js';
import { selectHead, selectSealed } from './chain-store.js';

const READ_AT_ONCE = 500;

/** The sealed events of a trail after a position, up to where it ends now: a line each, in pieces of many. */
export async function* exportTrail(db: Database, providerOrgId: string, after: number, signal?: AbortSignal): AsyncIterable<string> {
  const upTo = (await selectHead(db, providerOrgId))?.position ?? 0;
  for (let position = after; position < upTo; ) {
    signal?.throwIfAborted();
    const rows = await selectSealed(db, { providerOrgId, after: position, upTo, limit: READ_AT_ONCE });
    if (rows.length === 0) return;
    yield rows.map((row) => exportLine(lineOf(row.position, row.previousHash, row), row.hash)).join('');
    position = rows.at(-1)?.position ?? upTo;
  }
}
