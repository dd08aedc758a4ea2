/** Instances as pages list them, by the names that catalogue, cells and customers have: searched, filtered and sorted in one statement. */
import { type Database, type RawBuilder, sql } from '../../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../../database/page.js';
import { isCustomersAccount } from '../../identity/customers/named-customer-store.js';
import { isCustomer, type Viewer } from '../../identity/viewer.js';
import { nameOfInstance } from '../../instances/list-store.js';
import { visibleTo } from '../../instances/store.js';
import type { InstanceFinding } from '../../instances/finding.js';

/** Where instances are: empty lists ask for nothing. */
export interface ListingPlace {
  product: string[];
  environment: string[];
}

/** Empty lists and texts ask for nothing. */
export interface ListingFilter extends ListingPlace {
  words: string[];
  id: string[];
  status: string[];
  state: string[];
  waitsFor: string[];
  plan: string[];
  version: string[];
  cell: string[];
  cloud: string[];
  region: string[];
  owner: string[];
  tag: string[];
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
}

export interface ListingRow {
  id: string;
  name: string;
  status: string;
  statusMessage: string;
  warnings: string[];
  findings: InstanceFinding[];
  isLost: boolean;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  environmentType: string;
  planId: string;
  planName: string;
  version: string;
  resourceId: string;
  resourceKey: string;
  subscriptionId: string;
  cloudProvider: string;
  region: string;
  cellId: string;
  cell: string;
  ownerId: string;
  owner: string;
  createdAt: Date;
  tags: { key: string; value: string }[];
  deletionProtection: boolean;
  operationId: string | null;
  operationKind: string | null;
  operationStartedAt: Date | null;
  waits: boolean;
  paused: boolean | null;
}

/** What holds its product was lost, as `isLoss` of finding.ts has it. */
const isLost = sql`exists (select 1 from jsonb_array_elements(i.findings) f where f->>'code' <> 'unknown-run')`;
/** Its run waits for an object, a stage waits, or somebody has paused it. */
const waits = sql`(coalesce(r.paused, false)
  or exists (select 1 from run_tasks k where k.run_id = r.id and k.watch is not null and k.node->>'phase' = 'Running')
  or exists (select 1 from run_stages g where g.run_id = r.id and g.state = 'Waiting'))`;

/** Its open run waits for one of these: each a cause as `countWaits` of the fleet groups by, then what it is of. */
const waitsFor = (causes: string[]) => sql`(o.id is not null and case
  when r.paused then concat('paused ', o.kind) = any(${causes})
  else exists (select 1 from run_tasks k where k.run_id = r.id and k.watch is not null and k.node->>'phase' = 'Running'
      and rtrim(concat(coalesce(k.node->'leaf'->'causes'->0->>'code', case when k.node->'leaf'->'lastError' is not null then 'error' else 'gate' end),
        ' ', k.node->'leaf'->'object'->>'kind')) = any(${causes}))
    or exists (select 1 from run_stages g where g.run_id = r.id and g.state = 'Waiting' and g.waiting is not null
      and concat('stage ', g.title) = any(${causes})) end)`;

/**
 * What goes on with `instances i`. Customers do not hear of custom workflows that the provider's people have begun: which of these are the
 * provider's alone stands in the plan, not in a row.
 */
const underWay = (viewer: Viewer) => sql`left join operations o on o.instance_id = i.id and o.status = 'running'
    and ${isCustomer(viewer) ? sql`(o.kind <> 'custom' or ${isCustomersAccount(sql`o.requested_by`)})` : sql`true`}
  left join runs r on r.id = o.run_id and r.finished_at is null`;

const fromFor = (viewer: Viewer) => sql`instances i join plans p on p.id = i.plan_id join environments e on e.id = i.environment_id
  join services s on s.id = i.service_id join deployment_cells d on d.id = i.cell_id join organizations c on c.id = i.org_id
  ${underWay(viewer)}`;

const STATES = {
  failed: sql`i.status = 'FAILED'`,
  unhealthy: sql`(i.status = 'FAILED' or ${isLost})`,
  underWay: sql`o.id is not null`,
  waiting: sql`(o.id is not null and ${waits})`,
  // As alarms of the fleet count them.
  warned: sql`to_jsonb(i.warnings) not in ('[]', 'null')`,
  differs: sql`jsonb_array_length(i.findings::jsonb) > 0`,
};
export const LISTING_STATES = Object.keys(STATES);

/** Texts that rows are sorted by, beside the time; they are compared as they are, so that a page begins where the last one has ended. */
const SORTS = {
  name: sql`lower(coalesce(nullif(${nameOfInstance}, ''), i.id)) collate "C"`,
  status: sql`i.status collate "C"`,
  plan: sql`lower(s.name || ' ' || p.name || ' ' || i.plan_version) collate "C"`,
  place: sql`lower(i.cloud_provider || ' ' || i.region) collate "C"`,
  cell: sql`lower(d.key) collate "C"`,
  owner: sql`lower(c.name) collate "C"`,
};
export const LISTING_SORTS = [...Object.keys(SORTS), 'created'];

const MOST_ROWS = 500;
const USUAL_ROWS = 100;

/** A part of each of these is looked for, ignoring case. */
const searched = sql`lower(concat_ws(' ', i.id, i.tags::text, s.name, p.name, i.plan_version, i.cloud_provider, i.region, i.status, e.name))`;

const among = (column: RawBuilder<unknown>, values: string[]) => (values.length === 0 ? sql`true` : sql`${column} = any(${values})`);

/** True of `instances i` that are there. */
const isThere = ({ product, environment }: ListingPlace) =>
  sql`${among(sql`i.service_id`, product)} and ${among(sql`i.environment_id`, environment)}`;

function isAsked(viewer: Viewer, filter: ListingFilter): RawBuilder<unknown> {
  const isIn = (state: keyof typeof STATES) => (filter.state.includes(state) ? STATES[state] : sql`false`);
  // Customers see no cells, and of organizations only their own.
  const isSeeingOwners = viewer.subscriptions === undefined;
  const conditions = [
    sql`i.deleted_at is null`,
    visibleTo(viewer),
    ...filter.words.map(
      (word) =>
        sql`(strpos(${searched}, ${word}) > 0 or ${isSeeingOwners ? sql`strpos(lower(c.name || ' ' || d.key), ${word}) > 0` : sql`false`})`,
    ),
    among(sql`i.id`, filter.id),
    among(sql`i.status`, filter.status),
    isThere(filter),
    among(sql`i.plan_id`, filter.plan),
    among(sql`i.plan_version`, filter.version),
    among(sql`i.cloud_provider`, filter.cloud),
    among(sql`i.region`, filter.region),
    isSeeingOwners ? among(sql`i.cell_id`, filter.cell) : sql`true`,
    isSeeingOwners ? among(sql`i.org_id`, filter.owner) : sql`true`,
    filter.tag.length === 0
      ? sql`true`
      : sql`exists (select 1 from jsonb_array_elements(i.tags::jsonb) t
          where t->>'key' = any(${filter.tag}) or concat(t->>'key', '=', t->>'value') = any(${filter.tag}))`,
    filter.state.length === 0
      ? sql`true`
      : sql`(${isIn('failed')} or ${isIn('unhealthy')} or ${isIn('underWay')} or ${isIn('waiting')}
      or ${isIn('warned')} or ${isIn('differs')})`,
    filter.waitsFor.length === 0 || !isSeeingOwners ? sql`true` : waitsFor(filter.waitsFor),
    filter.createdAfter === undefined ? sql`true` : sql`i.created_at >= ${filter.createdAfter}`,
    filter.createdBefore === undefined ? sql`true` : sql`i.created_at < ${filter.createdBefore}`,
  ];
  return sql.join(conditions, sql` and `);
}

export interface Sorting {
  by: string;
  isDescending: boolean;
}

/** A page, and on the first one how many there are. @throws DomainError bad_request for a token of another list or order */
export async function selectListing(
  db: Database,
  viewer: Viewer,
  filter: ListingFilter,
  { sorting: { by, isDescending }, ...query }: PageQuery & { sorting: Sorting },
): Promise<{ rows: ListingRow[]; nextPageToken?: string; total?: number }> {
  const isByTime = !Object.hasOwn(SORTS, by);
  const list: PagedList = {
    name: `instances by ${isDescending ? '-' : ''}${by}`,
    by: isByTime ? 'time' : 'text',
    usual: USUAL_ROWS,
    most: MOST_ROWS,
  };
  const page = readPage(list, query);
  const condition = isAsked(viewer, filter);
  const key = isByTime ? sql`i.created_at` : SORTS[by as keyof typeof SORTS];
  const direction = isDescending ? sql`desc` : sql`asc`;
  const beyond = isDescending ? sql`<` : sql`>`;
  const { at, id } = page.after ?? { at: null, id: null };
  const after = isByTime
    ? sql`(i.created_at, i.id) ${beyond} (${at}::timestamptz, ${id})`
    : sql`(${SORTS[by as keyof typeof SORTS]}, i.id) ${beyond} (${at}::text, ${id})`;
  const { rows } = await sql<ListingRow & { place: string }>`
    select i.id, ${nameOfInstance} as name, i.status, i.status_message as "statusMessage", i.warnings, i.findings, ${isLost} as "isLost",
      s.id as "serviceId", s.name as "serviceName", e.id as "environmentId", e.name as "environmentName", i.environment_type as "environmentType",
      p.id as "planId", p.name as "planName", i.plan_version as version, i.resource_id as "resourceId", i.resource_key as "resourceKey",
      i.subscription_id as "subscriptionId", i.cloud_provider as "cloudProvider", i.region, d.id as "cellId", d.key as cell,
      c.id as "ownerId", c.name as owner, i.created_at as "createdAt", i.tags, i.deletion_protection as "deletionProtection",
      o.id as "operationId", o.kind as "operationKind", o.created_at as "operationStartedAt", ${waits} as waits, r.paused,
      (${key})::text as place
    from ${fromFor(viewer)} where ${condition} and ${page.after === undefined ? sql`true` : after}
    order by ${key} ${direction}, i.id ${direction} limit ${page.limit}`.execute(db);
  const found = pageOf(page, rows, ({ place, id }) => ({ at: place, id }));
  if (page.after !== undefined) return found;
  const { rows: counted } = await sql<{ total: number }>`select count(*)::int as total from ${fromFor(viewer)} where ${condition}`.execute(
    db,
  );
  return { ...found, total: counted[0]?.total ?? 0 };
}

export interface CountedFacet {
  facet: string;
  value: string;
  label: string;
  count: number;
}

/** How many there are of each value of what can be filtered by. */
export async function countFacets(db: Database, viewer: Viewer, place: ListingPlace): Promise<CountedFacet[]> {
  const { rows } = await sql<CountedFacet>`
    with counted as (
      select i.status, i.service_id, i.plan_id, i.plan_version, i.cell_id, i.cloud_provider, i.region, i.org_id, count(*)::int as count
      from instances i where i.deleted_at is null and ${visibleTo(viewer)} and ${isThere(place)}
      group by i.status, i.service_id, i.plan_id, i.plan_version, i.cell_id, i.cloud_provider, i.region, i.org_id
    )
    select 'status' as facet, status as value, status as label, sum(count)::int as count from counted group by status
    union all select 'product', s.id, s.name, sum(count)::int from counted join services s on s.id = service_id group by s.id, s.name
    union all select 'plan', p.id, concat(s.name, ' · ', p.name), sum(count)::int from counted join plans p on p.id = plan_id
      join services s on s.id = service_id group by p.id, p.name, s.name
    union all select 'version', plan_version, plan_version, sum(count)::int from counted group by plan_version
    union all select 'cell', d.id, d.key, sum(count)::int from counted join deployment_cells d on d.id = cell_id group by d.id, d.key
    union all select 'cloud', cloud_provider, cloud_provider, sum(count)::int from counted group by cloud_provider
    union all select 'region', region, region, sum(count)::int from counted group by region
    union all select 'owner', c.id, c.name, sum(count)::int from counted join organizations c on c.id = org_id group by c.id, c.name
    union all select 'subscription', i.subscription_id, i.subscription_id, count(*)::int from instances i
      where ${isCustomer(viewer)} and i.deleted_at is null and ${visibleTo(viewer)} and ${isThere(place)} group by i.subscription_id
    order by facet, count desc, label`.execute(db);
  return rows;
}

export interface CountedStates {
  total: number;
  failed: number;
  unhealthy: number;
  underWay: number;
  waiting: number;
}

/** How many are well, and how many are not. */
export async function countStates(db: Database, viewer: Viewer, place: ListingPlace): Promise<CountedStates> {
  const { rows } = await sql<CountedStates>`
    select count(*)::int as total, (count(*) filter (where ${STATES.failed}))::int as failed,
      (count(*) filter (where ${STATES.unhealthy}))::int as unhealthy, (count(*) filter (where ${STATES.underWay}))::int as "underWay",
      (count(*) filter (where ${STATES.waiting}))::int as waiting
    from instances i ${underWay(viewer)}
    where i.deleted_at is null and ${visibleTo(viewer)} and ${isThere(place)}`.execute(db);
  return rows[0] ?? { total: 0, failed: 0, unhealthy: 0, underWay: 0, waiting: 0 };
}
