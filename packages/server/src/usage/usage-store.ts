/** What was used, by instance and day, and until when that is counted: SQL of `usage_days`. */
import type { UsedHours } from '@cellplane/plan/price';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import type { Tag } from '../instances/instance.js';
import type { Period } from './period.js';
import { type InstanceRow, liesWithin, visibleTo, type Within } from '../instances/store.js';

/** Whose the use was, and of what. */
type Owner = Pick<InstanceRow, 'providerOrgId' | 'orgId' | 'subscriptionId' | 'serviceId' | 'environmentId' | 'planId' | 'tags'>;

export interface UsedOnDay extends Owner {
  instanceId: string;
  /** `2026-12-03`, UTC. */
  day: string;
  used: UsedHours;
  /** Null: nothing that is metered has a price. */
  cost: number | null;
}

/** Adds to what is known of the days. */
export async function addUsage(tx: Transaction, rows: readonly UsedOnDay[]): Promise<void> {
  const flat = rows.map(({ used, ...row }) => ({ ...row, ...used }));
  await sql`
    insert into usage_days as u (instance_id, day, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, tags, cpu, memory,
      storage, replica, cost)
    select "instanceId", day, "providerOrgId", "orgId", "subscriptionId", "serviceId", "environmentId", "planId", tags, cpu, memory, storage, replica, cost
    from jsonb_to_recordset(${JSON.stringify(flat)}::jsonb) as r ("instanceId" text, day date, "providerOrgId" text, "orgId" text, "subscriptionId" text,
      "serviceId" text, "environmentId" text, "planId" text, tags jsonb, cpu float8, memory float8, storage float8, replica float8, cost numeric)
    on conflict (instance_id, day) do update set tags = excluded.tags, cpu = u.cpu + excluded.cpu, memory = u.memory + excluded.memory,
      storage = u.storage + excluded.storage, replica = u.replica + excluded.replica,
      cost = case when excluded.cost is null then u.cost else coalesce(u.cost, 0) + excluded.cost end`.execute(tx);
}

/** By what use is summed up. */
export type GroupBy = 'instance' | 'day' | 'subscription' | 'plan' | 'customer' | 'tag';

export interface UsageFilter extends Within, Period {
  instanceId?: string | undefined;
  subscriptionId?: string | undefined;
  planId?: string | undefined;
  orgId?: string | undefined;
}

export interface UsedSum extends UsedHours {
  /** Null: nothing of it has a price. */
  cost: number | null;
}

export interface UsedGroup extends UsedSum {
  /** The id, the day, or the value of the tag. */
  key: string;
  /** Of one of its instances, as they were last. */
  tags: Tag[];
  /** An instance of the group is still there. */
  isLive: boolean;
  serviceName: string | null;
  planName: string | null;
  orgName: string | null;
}

/** Groups of one answer, at most. */
const MOST_GROUPS = 1_000;

const sums = sql`coalesce(sum(i.cpu), 0) as cpu, coalesce(sum(i.memory), 0) as memory, coalesce(sum(i.storage), 0) as storage,
  coalesce(sum(i.replica), 0) as replica, sum(i.cost)::float8 as cost`;

/** True of `usage_days i` that the viewer may see, and that are meant. */
const meant = (viewer: Viewer, { from, to, instanceId, subscriptionId, planId, orgId, ...within }: UsageFilter) =>
  sql`${visibleTo(viewer)} and ${liesWithin(within)} and i.day between ${from}::date and ${to}::date
    and ${instanceId === undefined ? sql`true` : sql`i.instance_id = ${instanceId}`}
    and ${subscriptionId === undefined ? sql`true` : sql`i.subscription_id = ${subscriptionId}`}
    and ${planId === undefined ? sql`true` : sql`i.plan_id = ${planId}`}
    and ${orgId === undefined ? sql`true` : sql`i.org_id = ${orgId}`}`;

export async function sumUsage(db: Database, viewer: Viewer, filter: UsageFilter): Promise<UsedSum> {
  const { rows } = await sql<UsedSum>`select ${sums} from usage_days i where ${meant(viewer, filter)}`.execute(db);
  return rows[0] ?? { cpu: 0, memory: 0, storage: 0, replica: 0, cost: null };
}

/** What costs most first; days in their order. `tag`: the key of the tag that is grouped by, where `by` is tag. */
export async function selectUsage(
  db: Database,
  viewer: Viewer,
  filter: UsageFilter,
  { by, tag = '' }: { by: GroupBy; tag?: string | undefined },
): Promise<UsedGroup[]> {
  const key =
    by === 'instance'
      ? sql`i.instance_id`
      : by === 'day'
        ? sql`i.day::text`
        : by === 'subscription'
          ? sql`i.subscription_id`
          : by === 'plan'
            ? sql`i.plan_id`
            : by === 'customer'
              ? sql`i.org_id`
              : sql`coalesce((select t->>'value' from jsonb_array_elements(i.tags) t where t->>'key' = ${tag} limit 1), '')`;
  const { rows } = await sql<UsedGroup>`
    with used as (
      select ${key} as key, i.day, i.instance_id, i.org_id, i.plan_id, i.service_id, i.tags, i.cpu, i.memory, i.storage, i.replica, i.cost
      from usage_days i where ${meant(viewer, filter)}
    )
    select i.key, ${sums}, (array_agg(i.tags order by i.day desc))[1] as tags, coalesce(bool_or(x.id is not null), false) as "isLive",
      min(s.name) as "serviceName", min(p.name) as "planName", min(o.name) as "orgName"
    from used i left join instances x on x.id = i.instance_id and x.deleted_at is null left join plans p on p.id = i.plan_id
      left join services s on s.id = i.service_id left join organizations o on o.id = i.org_id
    group by i.key order by ${by === 'day' ? sql`i.key` : sql`sum(i.cost) desc nulls last, sum(i.cpu) desc, i.key`} limit ${MOST_GROUPS}`.execute(
    db,
  );
  return rows;
}

/** Of what of the use of a subscription a cost is asked: of all of it, or of instances with a tag. */
export interface CostScope {
  id: string;
  subscriptionId: string;
  tagKey: string | null;
  tagValue: string | null;
}

/** What was used cost on each day since, by the id of the scope; null: nothing of it had a price. */
export async function selectDailyCosts(
  db: Database | Transaction,
  scopes: readonly CostScope[],
  since: string,
): Promise<{ key: string; day: string; cost: number | null }[]> {
  const asked = scopes.map(({ id, subscriptionId, tagKey, tagValue }) => ({ id, subscriptionId, tagKey, tagValue }));
  const keys = scopes.flatMap(({ tagKey }) => tagKey ?? []);
  // Each row of a subscription is read once, and its tags are taken apart once, however many ask.
  const { rows } = await sql<{ key: string; day: string; cost: number | null }>`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a (id text, "subscriptionId" text, "tagKey" text, "tagValue" text)
    ), used as materialized (
      select i.subscription_id as subscription, i.day, i.cost, i.tags from usage_days i
      where i.subscription_id in (select "subscriptionId" from asked) and i.day >= ${since}::date
    ), whole as (
      select u.subscription, u.day, sum(u.cost) as cost from used u group by u.subscription, u.day
    ), tagged as (
      select u.subscription, u.day, t.key, t.value, sum(u.cost) as cost from used u cross join lateral (
        select distinct e->>'key' as key, e->>'value' as value from jsonb_array_elements(u.tags) e where e->>'key' = any(${keys})
      ) t group by u.subscription, u.day, t.key, t.value
    )
    select a.id as key, w.day::text as day, w.cost::float8 as cost from asked a join whole w on w.subscription = a."subscriptionId"
    where a."tagKey" is null
    union all
    select a.id, t.day::text, t.cost::float8 from asked a
      join tagged t on t.subscription = a."subscriptionId" and t.key = a."tagKey" and t.value = a."tagValue"`.execute(db);
  return rows;
}

/** Keys of tags that what was used had, the most used first. */
export async function selectTagKeys(db: Database, viewer: Viewer, filter: UsageFilter): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select t->>'key' as key from usage_days i cross join jsonb_array_elements(i.tags) t where ${meant(viewer, filter)} and t->>'key' is not null
    group by t->>'key' order by count(*) desc, t->>'key' limit 50`.execute(db);
  return rows.map(({ key }) => key);
}

/** Until when the use of all cells is counted in which the viewer sees an instance; undefined: they see none. */
export async function selectCountedUntil(db: Database, viewer: Viewer): Promise<Date | undefined> {
  const { rows } = await sql<{ until: Date | null }>`
    select min(p.counted_until) as until from usage_passes p
    where exists (select 1 from instances i where i.cell_id = p.cell_id and i.deleted_at is null and ${visibleTo(viewer)})`.execute(db);
  return rows[0]?.until ?? undefined;
}
