/** Statements of promotion: how far environments are behind the one that they take from, and what is to be taken. */
import type { CompiledPlan } from '@cellplane/plan';
import { type Database, sql } from '../../database/database.js';
import { selects, type VersionSelector } from '../rows/version-store.js';

export interface PromotionStatus {
  targetEnvironmentID: string;
  status: 'IN_SYNC' | 'OUT_OF_SYNC';
}

/** One row for each environment that takes from this one: in sync if what is preferred of each plan here is preferred there in the same form. */
export async function selectPromotionStatus(db: Database, sourceId: string): Promise<PromotionStatus[]> {
  const { rows } = await sql<PromotionStatus>`
    select t.id as "targetEnvironmentID",
      case when exists (
        select 1 from plans p join plan_versions v on v.plan_id = p.id and v.status = 'Preferred'
        where p.environment_id = ${sourceId} and p.deleted_at is null and not exists (
          select 1 from plans q join plan_versions w on w.plan_id = q.id and w.status = 'Preferred'
          where q.environment_id = t.id and q.deleted_at is null and lower(q.name) = lower(p.name) and w.digest = v.digest)
      ) then 'OUT_OF_SYNC' else 'IN_SYNC' end as status
    from environments t where t.source_environment_id = ${sourceId} and t.deleted_at is null order by t.created_at, t.id`.execute(db);
  return rows;
}

/** Of these environments those that are out of sync with the one that they take from; of others, and of those without a source, nothing is said. */
export async function selectOutOfSync(db: Database, environmentIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select t.id from environments t where t.id = any(${[...environmentIds]}) and exists (
      select 1 from plans p join plan_versions v on v.plan_id = p.id and v.status = 'Preferred'
      where p.environment_id = t.source_environment_id and p.deleted_at is null and not exists (
        select 1 from plans q join plan_versions w on w.plan_id = q.id and w.status = 'Preferred'
        where q.environment_id = t.id and q.deleted_at is null and lower(q.name) = lower(p.name) and w.digest = v.digest))`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export interface TargetEnvironment {
  id: string;
  name: string;
  /** PROD, DEV, … */
  type: string;
}

/** Environments that take from this one, in the order in which they were made. */
export async function selectTargets(db: Database, sourceId: string): Promise<TargetEnvironment[]> {
  const { rows } = await sql<TargetEnvironment>`
    select id, name, type from environments where source_environment_id = ${sourceId} and deleted_at is null order by created_at, id`.execute(
    db,
  );
  return rows;
}

/** A plan of an environment, with its preferred version. */
export interface TargetPlan {
  id: string;
  name: string;
  preferred: { number: number; digest: string } | null;
  /** Number of the newest version; 0 if there is none. */
  newest: number;
}

export async function selectTargetPlans(db: Database, environmentId: string): Promise<TargetPlan[]> {
  const { rows } = await sql<TargetPlan>`
    select p.id, p.name,
      (select json_build_object('number', v.number, 'digest', v.digest) from plan_versions v
        where v.plan_id = p.id and v.status = 'Preferred') as preferred,
      (select coalesce(max(v.number), 0) from plan_versions v where v.plan_id = p.id) as newest
    from plans p where p.environment_id = ${environmentId} and p.deleted_at is null order by p.created_at, p.id`.execute(db);
  return rows;
}

/** A version of a plan as it goes into another environment. */
export interface PromotedVersion {
  planId: string;
  planName: string;
  number: number;
  name: string;
  releaseNotes: string;
  digest: string;
  text: string;
  /** JSON of it. */
  plan: string;
  compiled: CompiledPlan;
}

/** The meant version of each plan of an environment that has one; of one plan only, if it is named. */
export async function selectPromoted(
  db: Database,
  sourceId: string,
  of: { planId?: string | undefined; version: VersionSelector },
): Promise<PromotedVersion[]> {
  const { rows } = await sql<PromotedVersion>`
    select p.id as "planId", p.name as "planName", v.number, v.name, v.release_notes as "releaseNotes", v.digest, v.spec as text, v.compiled::text as plan, v.compiled
    from plans p join lateral (
      select v.* from plan_versions v where v.plan_id = p.id and ${selects(of.version)} order by v.number desc limit 1) v on true
    where p.environment_id = ${sourceId} and p.deleted_at is null and ${of.planId === undefined ? sql`true` : sql`p.id = ${of.planId}`}
    order by p.created_at, p.id`.execute(db);
  return rows;
}

/** The newest version of a plan in this form. */
export async function versionOfDigest(db: Database, planId: string, digest: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select number from plan_versions where plan_id = ${planId} and digest = ${digest} order by number desc limit 1`.execute(db);
  return rows[0]?.number;
}
