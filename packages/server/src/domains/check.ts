/** Looks domains up, and keeps what was found. */
import type { Database } from '../database/database.js';
import type { Resolver } from './resolver.js';
import { type DomainRow, isContested, keepVerdict, selectDomain, selectDueDomains } from './store.js';
import { verifyDomain } from './verify.js';

export interface DomainDeps {
  db: Database;
  resolver: Resolver;
  /** Host of the customers' portal; absent: there is none. */
  endpoint: string | undefined;
}

/** A domain that is ready or not is looked up again after this time. Seconds. */
const DUE_SECONDS = 300;
const AT_ONCE = 20;

/** Answers the row with what was found, as it is kept. */
export async function checkDomain(deps: DomainDeps, row: DomainRow): Promise<DomainRow> {
  await keep(deps, row);
  return (await selectDomain(deps.db, row.orgId, row.environmentType)) ?? row;
}

/** One turn: those that are due. */
export async function checkDueDomains(deps: DomainDeps): Promise<void> {
  const due = await selectDueDomains(deps.db, { seconds: DUE_SECONDS, limit: AT_ONCE });
  await Promise.all(due.map((row) => keep(deps, row)));
}

/** Two of the same domain may be found ready at the same moment: the index lets one be, and the other one is asked for again. */
async function keep({ db, resolver, endpoint }: DomainDeps, row: DomainRow): Promise<void> {
  const verdict = await verifyDomain(resolver, { ...row, isContested: await isContested(db, row) }, endpoint);
  try {
    await keepVerdict(db, row, verdict);
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    await keepVerdict(db, row, verdict);
  }
}

const UNIQUE_VIOLATION = '23505';
