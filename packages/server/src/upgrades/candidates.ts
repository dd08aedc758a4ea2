/** Which instances a request means. */
import { cut } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { badRequest, invalidState } from '../errors.js';
import { type Candidate, type CandidateFilter, selectCandidates } from './candidate-store.js';
import type { Order } from './strategy.js';

/** Filters of the wire. INSTANCE_IDS is the reference's, the others are ours. */
const FILTERS = {
  INSTANCE_IDS: 'instanceIds',
  SUBSCRIPTION_IDS: 'subscriptionIds',
  ORGANIZATION_IDS: 'orgIds',
  REGIONS: 'regions',
  CELL_IDS: 'cellIds',
} as const satisfies Record<string, keyof CandidateFilter>;

/** How many ids a message names. */
const NAMED = 5;

/** @throws DomainError bad_request `unknown-filter`, `empty-filter` */
export function readFilter(filters: Record<string, string[]>): CandidateFilter {
  const read: CandidateFilter = {};
  for (const [name, values] of Object.entries(filters)) {
    const field = `upgradeFilters.${cut(name)}`;
    if (!isFilter(name))
      throw badRequest('unknown-filter', `Invalid request: there is no filter "${cut(name)}"; use ${Object.keys(FILTERS).join(', ')}.`, [
        { field, message: 'unknown' },
      ]);
    const given = [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))];
    if (given.length === 0)
      throw badRequest('empty-filter', `Invalid request: ${field} is empty. Leave it out to take all.`, [{ field, message: 'is empty' }]);
    read[FILTERS[name]] = given;
  }
  return read;
}

/**
 * The instances of the source version that the filter takes, in this order.
 * @throws DomainError bad_request `not-eligible` for an id that is no instance of the plan, or runs another version; invalid_state
 * `nothing-to-upgrade`
 */
export async function findCandidates(
  db: Database,
  { planId, sourceVersion, filter, order }: { planId: string; sourceVersion: string; filter: CandidateFilter; order: Order },
): Promise<Candidate[]> {
  const found = await selectCandidates(db, planId, filter, order);
  const eligible = found.filter(({ planVersion }) => planVersion === sourceVersion);
  if (filter.instanceIds !== undefined) {
    const versions = new Map(found.map(({ id, planVersion }) => [id, planVersion]));
    const wrong = filter.instanceIds.flatMap((id) => {
      const version = versions.get(id);
      if (version === sourceVersion) return [];
      return [version === undefined ? `${cut(id)} is no instance of the plan that the other filters take` : `${id} runs ${version}`];
    });
    if (wrong.length > 0)
      throw badRequest(
        'not-eligible',
        `Not all of these instances can go from ${sourceVersion}: ${wrong.slice(0, NAMED).join('; ')}${wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : ''}.`,
        wrong.slice(0, NAMED).map((message) => ({ field: 'upgradeFilters.INSTANCE_IDS', message })),
      );
  }
  if (eligible.length === 0)
    throw invalidState(
      'nothing-to-upgrade',
      `No instance that the filters take runs version ${sourceVersion}. Look at them with: cellplane instance list.`,
    );
  return eligible;
}

function isFilter(name: string): name is keyof typeof FILTERS {
  return Object.hasOwn(FILTERS, name);
}
