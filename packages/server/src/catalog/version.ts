/**
 * Versions of a plan. They are numbered 1.0, 2.0, …; newest first on every list. Exactly one is Preferred once there is any;
 * making another one preferred makes the old one Active.
 */
import { type CompiledPlan, cut } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import { DomainError } from '../errors.js';
import { compiledPlans } from './compiled-plans.js';

export const VERSION_STATUSES = ['Preferred', 'Active', 'Deprecated'] as const;
export type VersionStatus = (typeof VERSION_STATUSES)[number];

/** `1.0`, or one of the two words. */
export type VersionSelector = string;

export interface VersionRow {
  number: number;
  status: VersionStatus;
  name: string;
  digest: string;
  releasedAt: Date;
  modifiedAt: Date;
  releasedByUserId: string;
  releasedByUserName: string;
  /** Shared by everybody in this process, and frozen. */
  compiled: CompiledPlan;
}

/** The wire's name of a version. */
export function versionNumber(number: number): string {
  return `${number}.0`;
}

/** A row without its compiled plan. */
type Listed = Omit<VersionRow, 'compiled'>;

const columns = sql`v.number, v.status, v.name, v.digest, v.released_at as "releasedAt", v.modified_at as "modifiedAt",
  v.released_by as "releasedByUserId", u.name as "releasedByUserName"`;

const VERSIONS: PagedList = { name: 'versions', by: 'number', usual: null, most: 500 };

/** Versions of a plan, newest first. @throws DomainError bad_request for a token of another list */
export async function listPlanVersions(
  db: Database,
  planId: string,
  query: PageQuery = {},
): Promise<{ rows: VersionRow[]; nextPageToken?: string }> {
  const page = readPage(VERSIONS, query);
  const { rows } = await sql<Listed>`
    select ${columns} from plan_versions v join users u on u.id = v.released_by
    where v.plan_id = ${planId} and ${page.after === undefined ? sql`true` : sql`(v.number, v.plan_id) < (${page.after.at}::int, ${page.after.id})`}
    order by v.number desc, v.plan_id desc limit ${page.limit}`.execute(db);
  const { rows: found, ...next } = pageOf(page, rows, ({ number }) => ({ at: String(number), id: planId }));
  const plans = await compiledPlans(db, planId, found);
  return { rows: found.map((row, at) => ({ ...row, compiled: plans[at] as CompiledPlan })), ...next };
}

/** The newest one of a plan, without its compiled plan; nothing if the plan has no version yet. */
export async function newestVersion(db: Database, planId: string): Promise<Pick<VersionRow, 'number' | 'digest'> | undefined> {
  const { rows } = await sql<Pick<VersionRow, 'number' | 'digest'>>`
    select number, digest from plan_versions where plan_id = ${planId} order by number desc limit 1`.execute(db);
  return rows[0];
}

/** One version. @throws DomainError not_found "Version set not found …" */
export async function describePlanVersion(db: Database, planId: string, selector: VersionSelector): Promise<VersionRow> {
  const row = await findVersion(db, planId, selector);
  if (row === undefined) throw versionNotFound(planId, selector);
  return row;
}

/** The preferred one of a plan, or nothing if the plan has no version yet. */
export function preferredVersion(db: Database, planId: string): Promise<VersionRow | undefined> {
  return findVersion(db, planId, 'preferred');
}

async function findVersion(db: Database, planId: string, selector: VersionSelector): Promise<VersionRow | undefined> {
  const { rows } = await sql<Listed>`
    select ${columns} from plan_versions v join users u on u.id = v.released_by
    where v.plan_id = ${planId} and ${selects(selector)} order by v.number desc limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const [compiled] = await compiledPlans(db, planId, [row]);
  return { ...row, compiled: compiled as CompiledPlan };
}

/** Makes a version the preferred one. Idempotent. Needs a transaction. @throws DomainError not_found */
export async function preferVersion(tx: Transaction, planId: string, selector: VersionSelector): Promise<void> {
  await lockPlan(tx, planId);
  const { number } = await describePlanVersion(tx, planId, selector);
  await sql`update plan_versions set status = 'Active', modified_at = now() where plan_id = ${planId} and status = 'Preferred' and number <> ${number}`.execute(
    tx,
  );
  await sql`update plan_versions set status = 'Preferred', modified_at = now() where plan_id = ${planId} and number = ${number} and status <> 'Preferred'`.execute(
    tx,
  );
}

/** Names a version. @throws DomainError not_found */
export async function nameVersion(tx: Database, planId: string, selector: VersionSelector, name: string): Promise<void> {
  const { number } = await describePlanVersion(tx, planId, selector);
  await sql`update plan_versions set name = ${name}, modified_at = now() where plan_id = ${planId} and number = ${number}`.execute(tx);
}

/** Changes of one plan's versions take turns. */
async function lockPlan(tx: Transaction, planId: string): Promise<void> {
  await sql`select 1 from plans where id = ${planId} for update`.execute(tx);
}

/** True of the version `plan_versions v` that the selector names, among those of one plan the first by number, downwards. */
export function selects(selector: VersionSelector) {
  const word = selector.trim().toLowerCase();
  if (word === '' || word === 'preferred') return sql`v.status = 'Preferred'`;
  if (word === 'latest') return sql`true`;
  const match = /^v?(\d{1,9})(\.0)?$/.exec(word);
  return match === null ? sql`false` : sql`v.number = ${Number(match[1])}`;
}

export function versionNotFound(planId: string, selector: string): DomainError {
  return new DomainError('not_found', 'version-not-found', `Version set not found: plan ${planId} has no version "${cut(selector)}".`);
}
