/** SQL of what instances' objects should be, of the looks at them, and of what was found. Values and manifests are sealed. */
import type { Json } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { newId } from '../identity/identifier.js';
import type { Sealer } from '../secrets/envelope.js';
import type { ComposedManifest } from './composed-manifest.js';
import type { DriftChanges, DriftedField, DriftFinding } from './drift.js';

/** Which object of an instance. */
export interface ObjectOf {
  group: string;
  apiVersion: string;
  kind: string;
  name: string;
}

/** What is kept of an object. */
export interface KnownObject extends ObjectOf {
  runId: string;
  composedUntil: Date | null;
  /** Null: `trouble` says why it cannot be told what the object should be. */
  sealedManifest: Buffer | null;
  seenMark: string | null;
  lookedAt: Date | null;
  trouble: string;
}

export type ObjectRecord = Omit<KnownObject, 'lookedAt'>;

const manifestContext = (instanceId: string, { group, kind, name }: ObjectOf) => `drift/${instanceId}/${group}/${kind}/${name}`;
const valuesContext = (id: string) => `drift/${id}`;

export function sealManifest(sealer: Sealer, instanceId: string, object: ObjectOf, composed: ComposedManifest): Buffer {
  return sealer.seal(JSON.stringify(composed), manifestContext(instanceId, object), `drift/${instanceId}`);
}

export function openManifest(sealer: Sealer, instanceId: string, object: ObjectOf, sealed: Buffer): ComposedManifest {
  return JSON.parse(sealer.open(sealed, manifestContext(instanceId, object)).toString('utf8')) as ComposedManifest;
}

/** Objects of an instance whose manifest is kept, and up to the end of which run it is. */
export async function selectComposed(
  db: Database,
  instanceId: string,
): Promise<{ group: string; kind: string; name: string; until: Date }[]> {
  const { rows } = await sql<{ group: string; kind: string; name: string; until: Date | null }>`
    select api_group as "group", kind, name, composed_until as until from drift_objects
    where instance_id = ${instanceId} and sealed_manifest is not null`.execute(db);
  return rows.flatMap(({ until, ...object }) => (until === null ? [] : [{ ...object, until }]));
}

/** What is kept of the objects of these instances, by instance. `light`: without manifests, for those that only ask whether a look is due. */
export async function selectKnownObjects(db: Database, ids: string[], light?: 'light'): Promise<Map<string, KnownObject[]>> {
  const { rows } = await sql<KnownObject & { instanceId: string }>`
    select instance_id as "instanceId", api_group as "group", api_version as "apiVersion", kind, name, run_id as "runId",
      composed_until as "composedUntil", case when ${light === 'light'} then null else sealed_manifest end as "sealedManifest",
      seen_mark as "seenMark", looked_at as "lookedAt", trouble
    from drift_objects where instance_id = any(${ids})`.execute(db);
  const known = new Map<string, KnownObject[]>();
  for (const { instanceId, ...object } of rows) {
    const there = known.get(instanceId);
    if (there === undefined) known.set(instanceId, [object]);
    else there.push(object);
  }
  return known;
}

/** From now on this is known of the object. The instance is locked. */
export async function recordObject(tx: Transaction, instanceId: string, one: ObjectRecord): Promise<void> {
  await sql`
    insert into drift_objects (instance_id, api_group, kind, name, api_version, run_id, composed_until, sealed_manifest, seen_mark, looked_at, trouble)
    values (${instanceId}, ${one.group}, ${one.kind}, ${one.name}, ${one.apiVersion}, ${one.runId}, ${one.composedUntil}, ${one.sealedManifest},
      ${one.seenMark}, now(), ${one.trouble})
    on conflict (instance_id, api_group, kind, name) do update set api_version = excluded.api_version, run_id = excluded.run_id,
      composed_until = excluded.composed_until, sealed_manifest = excluded.sealed_manifest, seen_mark = excluded.seen_mark, looked_at = now(),
      trouble = excluded.trouble`.execute(tx);
}

/** What is not expected any more is nobody's drift: of the instance only these objects (`group/kind/name`) are kept. It is locked. */
export async function forgetOtherObjects(tx: Transaction, instanceId: string, keep: string[]): Promise<void> {
  await sql`delete from drift_objects where instance_id = ${instanceId} and not (api_group || '/' || kind || '/' || name = any(${keep}))`.execute(
    tx,
  );
  await sql`delete from drift_findings where instance_id = ${instanceId} and not (api_group || '/' || kind || '/' || name = any(${keep}))`.execute(
    tx,
  );
}

/** Rows of instances that are deleted, and findings that have been over for 30 days. */
export async function forgetOldDrift(db: Database, cellId: string): Promise<void> {
  await sql`delete from drift_objects o using instances i where i.id = o.instance_id and i.cell_id = ${cellId} and i.deleted_at is not null`.execute(
    db,
  );
  await sql`
    delete from drift_findings f using instances i where i.id = f.instance_id and i.cell_id = ${cellId}
      and (i.deleted_at is not null or f.state = 'reverted' and f.state_since < now() - interval '30 days')`.execute(db);
}

interface FindingRow extends Omit<DriftFinding, 'ours' | 'theirs'> {
  sealedValues: Buffer;
}

const findingColumns = sql`f.id, f.api_group as "group", f.api_version as "apiVersion", f.kind, f.name, f.path, f.state, f.manager, f.operation,
  f.subresource, f.since, f.first_seen as "firstSeen", f.changes, f.is_secret as secret, f.sealed_values as "sealedValues",
  f.decided_by as "decidedBy", f.decided_at as "decidedAt"`;

/** All findings of an instance, those that are over included, by object and path. */
export async function selectDrift(db: Database, sealer: Sealer, instanceId: string): Promise<DriftFinding[]> {
  const { rows } = await sql<FindingRow>`
    select ${findingColumns} from drift_findings f where f.instance_id = ${instanceId}
    order by f.kind, f.name, f.path`.execute(db);
  return rows.map(({ sealedValues, ...row }) => ({
    ...row,
    ...(JSON.parse(sealer.open(sealedValues, valuesContext(row.id)).toString('utf8')) as { ours?: Json; theirs?: Json }),
  }));
}

/** Writes what has become of one object's findings. The instance is locked. */
export async function writeDrift(
  tx: Transaction,
  sealer: Sealer,
  of: { instanceId: string; object: ObjectOf },
  { found, changed, ended }: DriftChanges,
): Promise<void> {
  const { instanceId, object } = of;
  const values = (id: string, { ours, theirs }: DriftedField) =>
    sealer.seal(JSON.stringify({ ours, theirs }), valuesContext(id), `drift/${instanceId}`);
  for (const field of found) {
    const id = newId('drift');
    await sql`
      insert into drift_findings (id, instance_id, api_group, api_version, kind, name, path, state, manager, operation, subresource, since, is_secret,
        sealed_values)
      values (${id}, ${instanceId}, ${object.group}, ${object.apiVersion}, ${object.kind}, ${object.name}, ${field.path}, 'open', ${field.manager},
        ${field.operation}, ${field.subresource}, ${field.since}, ${field.secret}, ${values(id, field)})`.execute(tx);
  }
  for (const { id, field, isNews } of changed) {
    await sql`
      update drift_findings set state = 'open', manager = ${field.manager}, operation = ${field.operation}, subresource = ${field.subresource},
        since = ${field.since}, is_secret = ${field.secret}, sealed_values = ${values(id, field)}, changes = changes + 1, decided_by = null,
        decided_at = null, first_seen = case when state = 'reverted' then now() else first_seen end,
        state_since = case when ${isNews} then now() else state_since end
      where id = ${id}`.execute(tx);
  }
  if (ended.length > 0)
    await sql`update drift_findings set state = 'reverted', state_since = now() where id = any(${ended}) and state <> 'reverted'`.execute(
      tx,
    );
}

/** These findings are accepted as they are. The instance is locked. */
export async function acceptFindings(tx: Transaction, ids: string[], by: string): Promise<void> {
  await sql`
    update drift_findings set state = 'accepted', state_since = now(), decided_by = ${by}, decided_at = now()
    where id = any(${ids}) and state = 'open'`.execute(tx);
}

/** Somebody has asked that these be reverted; whether they are is for the next look to see. The instance is locked. */
export async function noteRevert(tx: Transaction, ids: string[], by: string): Promise<void> {
  await sql`update drift_findings set decided_by = ${by}, decided_at = now() where id = any(${ids}) and state <> 'reverted'`.execute(tx);
}

/** Fields of the instance that are open. */
export async function countOpen(tx: Transaction, instanceId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from drift_findings where instance_id = ${instanceId} and state = 'open'`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Findings by their state, of all instances. */
export async function countByState(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*)::int as count from drift_findings group by state`.execute(db);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
