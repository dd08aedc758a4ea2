/** Rows of versions of plans. Who released one is read with it: a version is read at each create and build, and its name is shown with it. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../../database/page.js';

export const VERSION_STATUSES = ['Preferred', 'Active', 'Deprecated'] as const;
export type VersionStatus = (typeof VERSION_STATUSES)[number];

/** `1.0`, or one of the two words. */
export type VersionSelector = string;

/** A version without its compiled plan. */
export interface ListedVersion {
  number: number;
  status: VersionStatus;
  name: string;
  digest: string;
  releasedAt: Date;
  modifiedAt: Date;
  releasedByUserId: string;
  releasedByUserName: string;
  /** What the provider says of it. */
  releaseNotes: string;
}

const columns = sql`v.number, v.status, v.name, v.digest, v.released_at as "releasedAt", v.modified_at as "modifiedAt",
  v.released_by as "releasedByUserId", u.name as "releasedByUserName", v.release_notes as "releaseNotes"`;

const VERSIONS: PagedList = { name: 'versions', by: 'number', usual: null, most: 500 };

/** Versions of a plan, newest first. @throws DomainError bad_request for a token of another list */
export async function selectVersions(
  db: Database,
  planId: string,
  query: PageQuery,
): Promise<{ rows: ListedVersion[]; nextPageToken?: string }> {
  const page = readPage(VERSIONS, query);
  const { rows } = await sql<ListedVersion>`
    select ${columns} from plan_versions v join users u on u.id = v.released_by
    where v.plan_id = ${planId} and ${page.after === undefined ? sql`true` : sql`(v.number, v.plan_id) < (${page.after.at}::int, ${page.after.id})`}
    order by v.number desc, v.plan_id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, ({ number }) => ({ at: String(number), id: planId }));
}

/** The newest one of a plan; nothing if the plan has no version yet. */
export async function newestVersion(db: Database, planId: string): Promise<Pick<ListedVersion, 'number' | 'digest'> | undefined> {
  const { rows } = await sql<Pick<ListedVersion, 'number' | 'digest'>>`
    select number, digest from plan_versions where plan_id = ${planId} order by number desc limit 1`.execute(db);
  return rows[0];
}

/** The one that is meant, the newest of several. */
export async function selectVersion(db: Database, planId: string, selector: VersionSelector): Promise<ListedVersion | undefined> {
  const { rows } = await sql<ListedVersion>`
    select ${columns} from plan_versions v join users u on u.id = v.released_by
    where v.plan_id = ${planId} and ${selects(selector)} order by v.number desc limit 1`.execute(db);
  return rows[0];
}

/** The one that is meant of each of these plans, the newest of several. */
export async function selectVersionOfEach(
  db: Database,
  planIds: readonly string[],
  selector: VersionSelector,
): Promise<(ListedVersion & { planId: string })[]> {
  const { rows } = await sql<ListedVersion & { planId: string }>`
    select distinct on (v.plan_id) v.plan_id as "planId", ${columns} from plan_versions v join users u on u.id = v.released_by
    where v.plan_id = any(${[...planIds]}) and ${selects(selector)} order by v.plan_id, v.number desc`.execute(db);
  return rows;
}

/** Adds the next version of a plan, Active. Answers its number. */
export async function insertVersion(
  tx: Transaction,
  planId: string,
  of: { name: string; spec: string; digest: string; compiled: string; releasedBy: string },
): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    insert into plan_versions (plan_id, number, status, name, spec, digest, compiled, released_by)
    select ${planId}, coalesce(max(number), 0) + 1, 'Active', ${of.name}, ${of.spec}, ${of.digest},
           ${of.compiled}::json, ${of.releasedBy}
    from plan_versions where plan_id = ${planId}
    returning number`.execute(tx);
  return rows[0]?.number ?? 1;
}

/** Makes this version the preferred one, and the one before Active. The plan is locked. */
export async function setPreferred(tx: Transaction, planId: string, number: number): Promise<void> {
  await sql`update plan_versions set status = 'Active', modified_at = now() where plan_id = ${planId} and status = 'Preferred' and number <> ${number}`.execute(
    tx,
  );
  await sql`update plan_versions set status = 'Preferred', modified_at = now() where plan_id = ${planId} and number = ${number} and status <> 'Preferred'`.execute(
    tx,
  );
}

/** The plan is locked. */
export async function setDeprecated(tx: Transaction, planId: string, number: number): Promise<void> {
  await sql`update plan_versions set status = 'Deprecated', modified_at = now()
    where plan_id = ${planId} and number = ${number} and status = 'Active'`.execute(tx);
}

export async function setVersionName(tx: Database, planId: string, number: number, name: string): Promise<void> {
  await sql`update plan_versions set name = ${name}, modified_at = now() where plan_id = ${planId} and number = ${number}`.execute(tx);
}

export async function setReleaseNotes(db: Database, planId: string, number: number, notes: string): Promise<void> {
  await sql`update plan_versions set release_notes = ${notes}, modified_at = now() where plan_id = ${planId} and number = ${number}`.execute(
    db,
  );
}

/** The text that a version was built from. */
export async function selectSpec(db: Database, planId: string, number: number): Promise<string | undefined> {
  const { rows } = await sql<{ spec: string }>`select spec from plan_versions where plan_id = ${planId} and number = ${number}`.execute(db);
  return rows[0]?.spec;
}

/** True of the version `plan_versions v` that the selector names, among those of one plan the first by number, downwards. */
export function selects(selector: VersionSelector) {
  const word = selector.trim().toLowerCase();
  if (word === '' || word === 'preferred') return sql`v.status = 'Preferred'`;
  if (word === 'latest') return sql`true`;
  const match = /^v?(\d{1,9})(\.0)?$/.exec(word);
  return match === null ? sql`false` : sql`v.number = ${Number(match[1])}`;
}
