/**
 * `POST /fleet/search-inventory`, the index of the reference's clients (docs/reference/api.md#search). The text of `kind:text` is a whole
 * id, a whole name, or the first letter of an id that means "all"; so it matches as a part of id or name, ignoring case.
 * The answer has all matches: the reference's clients do not page here.
 */
import type { Caller, Handlers } from '@cellplane/api';
import type { Database } from '../../database/database.js';
import { badRequest } from '../../errors.js';
import { searchCustomers } from '../../identity/customers/search-store.js';
import { modelTypeOf } from '../catalog.js';
import type { InstanceSearchFilters, Inventory } from '../inventory.js';
import { searchResourceRows, searchServiceRows, searchVersionRows } from '../rows/search-store.js';
import { versionNumber } from '../version.js';

type Answer = Awaited<ReturnType<Handlers['searchInventory']>>;

const KINDS = [
  'service',
  'serviceplan',
  'resource',
  'resourceinstance',
  'subscription',
  'upgradepath',
  'snapshot',
  'deploymentcell',
  'user',
] as const;

export interface SearchDeps {
  db: Database;
  inventory: Inventory;
}

/** @throws DomainError bad_request if the query does not begin with a kind */
export async function searchInventory(
  deps: SearchDeps,
  input: { caller: Caller; query: string; instanceFilters?: InstanceSearchFilters },
): Promise<Answer> {
  const colon = input.query.indexOf(':');
  const kind = KINDS.find((known) => known === input.query.slice(0, colon).trim().toLowerCase());
  const text = input.query.slice(colon + 1).trim();
  switch (kind) {
    case 'service':
      return { serviceResults: await searchServiceRows(deps.db, input.caller, text) };
    case 'serviceplan':
      return { servicePlanResults: await searchPlans(deps.db, input.caller, text) };
    case 'resource':
      return { resourceResults: await searchResourceRows(deps.db, input.caller, text) };
    case 'resourceinstance':
      return { resourceInstanceResults: await deps.inventory.searchInstances(input.caller, text, input.instanceFilters) };
    case 'subscription':
      return { subscriptionResults: await deps.inventory.searchSubscriptions(input.caller, text) };
    case 'upgradepath':
      return { upgradePathResults: await deps.inventory.searchUpgradePaths(input.caller, text) };
    case 'snapshot':
      return { snapshotResults: await deps.inventory.searchSnapshots(input.caller, text) };
    case 'deploymentcell':
      return { deploymentCellResults: await deps.inventory.searchCells(input.caller, text) };
    case 'user':
      return {
        userResults: (await searchCustomers(deps.db, input.caller, text)).map(({ id, email, name, orgName }) => ({
          id,
          email,
          name,
          orgName,
          external: true,
        })),
      };
    default:
      throw badRequest('invalid-search', `Invalid request: query must be "kind:text" with a kind of ${KINDS.join(', ')}.`, [
        { field: 'query', code: 'invalid-format', message: 'must be "kind:text"' },
      ]);
  }
}

/** One row for each version: the row's id is the plan's. */
async function searchPlans(db: Database, caller: Caller, text: string) {
  const rows = await searchVersionRows(db, caller, text);
  return rows.map(({ number, status, releasedAt, deployment, ...row }) => ({
    ...row,
    deploymentType: modelTypeOf({ deployment }),
    version: versionNumber(number),
    versionSetStatus: status,
    releasedAt: releasedAt.toISOString(),
  }));
}
