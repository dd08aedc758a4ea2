/**
 * Metadata of a snapshot was read from objects that the tenant can write. Where a workflow uses it and it names another tenant, or
 * a subscription, an instance or a snapshot of one, nothing is applied: a plan may make a path in an object store of it, and who
 * restores or deletes there reaches somebody else's backups (design 5.4; what manifests may do with such values at all is
 * `checkTaint` of the plan).
 */
import type { ExpressionValues, Json, JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import { invalidState } from '../errors.js';
import type { SnapshotPort } from './operation.js';

/** Ids as we make them, wherever they stand in a text; lower case, as paths may be. */
const IDS = /instance-(?:ss-)?[a-z0-9]{9}|(?:org|sub)-[a-z0-9]{10}/g;

interface Input {
  /** Whose run it is. */
  instance: { id: string; orgId: string; providerOrgId: string };
  /** `$sys` as the run sees it. */
  sys: JsonObject;
  /** What the run's workflow uses. */
  values: ExpressionValues;
}

/** @throws DomainError invalid_state `tainted-identifier`, naming what may not be named */
export async function refuseForeignNames(deps: { db: Database; snapshots: SnapshotPort }, { instance, sys, values }: Input): Promise<void> {
  const hasMetadata = ['restore', 'snapshot'].some((root) => part(part(sys, root), 'metadata') !== undefined);
  if (!hasMetadata) return;
  const tainted = Object.values(values).filter((one) => one.tainted === true);
  const named = [...new Set(tainted.flatMap(({ value }) => namesIn(value)))].filter((id) => id !== instance.id);
  if (named.length === 0) return;
  // Where the platform itself says where from: a provider may restore into another tenant's subscription.
  const source = part(sys, 'sourceInstanceId');
  const known = await ownersById(deps.db, typeof source === 'string' ? [...named, source] : named);
  const owners = new Set([instance.orgId, instance.providerOrgId, ...(typeof source === 'string' ? [known.get(source)] : [])]);
  const snapshots = (await deps.snapshots.ownersOf?.(deps.db, named)) ?? new Map<string, string>();
  const foreign = named.filter((id) => {
    const owner = known.get(id) ?? snapshots.get(id);
    return owner !== undefined && !owners.has(owner);
  });
  if (foreign.length === 0) return;
  throw invalidState(
    'tainted-identifier',
    `The snapshot's metadata names ${foreign.join(', ')}, which is not of this tenant. It was read from an object that the tenant can change, so nothing is done with it. Take a new snapshot.`,
  );
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

function part(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Keys too: a map may be rendered whole. */
function namesIn(value: Json): string[] {
  if (typeof value === 'string') return value.toLowerCase().match(IDS) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}
