/**
 * Outputs, and so the metadata of a snapshot, were read from objects that the tenant can write. Where one of them names another
 * tenant, or a subscription, an instance or a snapshot of one, nothing is sent to a cell: a plan may make a path in an object store
 * of it, and who restores or deletes there reaches somebody else's backups (design 5.4; what manifests may do with such values at
 * all is `checkTaint` of the plan). Values are looked at before a workflow begins, so that nothing of it is done; the texts of each
 * manifest again, since they can be joined there, and since its tasks read objects, too.
 */
import type { ExpressionValues, Json } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import { invalidState } from '../errors.js';
import type { SnapshotPort } from './operation.js';
import { type InstanceRow, selectInstance } from './store.js';

/** Ids as we make them, wherever they stand in a text; lower case, as paths may be. */
const IDS = /instance-(?:ss-)?[a-z0-9]{9}|(?:org|sub)-[a-z0-9]{10}/g;

interface Deps {
  db: Database;
  snapshots: SnapshotPort;
}

type Owner = Pick<InstanceRow, 'id' | 'orgId' | 'providerOrgId' | 'restoredFrom'>;

/** Looks at the values that a workflow uses. @throws DomainError invalid_state `tainted-identifier`, naming what may not be named */
export async function refuseForeignNames(deps: Deps, instance: Owner, values: ExpressionValues): Promise<void> {
  const tainted = Object.values(values).filter((one) => one.tainted === true);
  const message = await whyRefused(
    deps,
    instance,
    tainted.map(({ value }) => value),
  );
  if (message !== undefined) throw invalidState('tainted-identifier', message);
}

/** Why texts of a manifest of this instance that hold such values must not be sent; undefined: they may. */
export async function foreignNamesIn(deps: Deps, instanceId: string, texts: string[]): Promise<string | undefined> {
  if (texts.every((text) => namesIn(text).every((id) => id === instanceId))) return undefined;
  const instance = await selectInstance(deps.db, instanceId);
  return instance === undefined ? undefined : whyRefused(deps, instance, texts);
}

async function whyRefused(deps: Deps, instance: Owner, values: Json[]): Promise<string | undefined> {
  const named = [...new Set(values.flatMap(namesIn))].filter((id) => id !== instance.id);
  if (named.length === 0) return undefined;
  const { restoredFrom } = instance;
  const known = await ownersById(deps.db, named);
  const snapshots = await ownersOfSnapshots(deps, restoredFrom === null ? named : [...named, restoredFrom]);
  // Where the platform itself says where from: a provider may restore into another tenant's subscription.
  const source = restoredFrom === null ? undefined : snapshots.get(restoredFrom);
  const owners = new Set([instance.orgId, instance.providerOrgId, source]);
  const foreign = named.filter((id) => {
    const owner = known.get(id) ?? snapshots.get(id);
    return owner !== undefined && !owners.has(owner);
  });
  if (foreign.length === 0) return undefined;
  return `${foreign.join(', ')} is not of this tenant, and a value that was read from an object which the tenant can change names it, so nothing is done with it. Where it came with a snapshot, take a new one.`;
}

async function ownersOfSnapshots({ db, snapshots }: Deps, ids: string[]): Promise<Map<string, string>> {
  return (await snapshots.ownersOf?.(db, ids)) ?? new Map<string, string>();
}

interface Owned {
  id: string;
  orgId: string;
}

/** Organizations by the ids, in lower case, of what is theirs and of themselves. */
async function ownersById(db: Database, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<Owned>`select id, org_id as "orgId" from instances where id = any(${ids})`.execute(db);
  // Rare, and without an index in lower case.
  const tenants = ids.filter((id) => !id.startsWith('instance-'));
  if (tenants.length > 0) {
    const named = await sql<Owned>`
      select lower(id) as id, org_id as "orgId" from subscriptions where lower(id) = any(${tenants})
      union all select lower(id), id from organizations where lower(id) = any(${tenants})`.execute(db);
    rows.push(...named.rows);
  }
  return new Map(rows.map((row) => [row.id, row.orgId]));
}

/** Keys too: a map may be rendered whole. */
function namesIn(value: Json): string[] {
  if (typeof value === 'string') return value.toLowerCase().match(IDS) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}
