/** Searches over instances. What is called by a name of the catalogue is given as the kinds that have the name: the names are the catalogue's. */
import { type Database, sql } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import { type InstanceRow, columns, visibleTo } from './store.js';

/** What instances are made of: a resource of a version of a plan. */
export type InstanceKind = Pick<InstanceRow, 'providerOrgId' | 'planId' | 'planVersion' | 'resourceKey'>;

/** What an instance must have; missing members do not restrict, text is compared ignoring case. */
export interface InstanceCondition {
  id?: string | undefined;
  cloudProvider?: string | undefined;
  region?: string | undefined;
  status?: string | undefined;
  subscriptionId?: string | undefined;
  /** One of these. */
  kinds?: InstanceKind[] | undefined;
}

export interface InstanceSearch {
  /** A part of its id, ignoring case; or it is one of the kinds. */
  text: string;
  kinds: InstanceKind[];
  /** One of them is fulfilled; none: nothing is asked for. */
  conditions: InstanceCondition[];
  /** It has all of them. */
  tags: { key: string; value: string }[];
}

/** The kinds of the live instances that the viewer may see. */
export async function selectInstanceKinds(db: Database, viewer: Viewer): Promise<InstanceKind[]> {
  const { rows } = await sql<InstanceKind>`
    select distinct i.provider_org_id as "providerOrgId", i.plan_id as "planId", i.plan_version as "planVersion", i.resource_key as "resourceKey"
    from instances i where i.deleted_at is null and ${visibleTo(viewer)}`.execute(db);
  return rows;
}

/** The instance is of one of the kinds, which are rows of a JSON list: looked up by a hash, so that a row costs next to nothing. */
const isOneOf = (kinds: ReturnType<typeof sql>) => sql`(i.plan_id, i.plan_version, i.resource_key) in (
  select k.plan, k.version, k.resource from jsonb_to_recordset(${kinds}) as k(plan text, version text, resource text))`;
const kindOf = ({ planId, planVersion, resourceKey }: InstanceKind) => ({ plan: planId, version: planVersion, resource: resourceKey });

/** Live instances that the viewer may see and that are searched for, newest first. */
export async function searchInstances(db: Database, viewer: Viewer, search: InstanceSearch): Promise<InstanceRow[]> {
  const conditions = search.conditions.map(({ kinds, ...one }) => ({ ...one, kinds: kinds?.map(kindOf) }));
  const { rows } = await sql<InstanceRow>`
    select ${columns} from instances i
    where i.deleted_at is null and ${visibleTo(viewer)}
      and (strpos(lower(i.id), lower(${search.text})) > 0 or ${isOneOf(sql`${JSON.stringify(search.kinds.map(kindOf))}::jsonb`)})
      and (${conditions.length === 0} or exists (
        select 1 from jsonb_to_recordset(${JSON.stringify(conditions)}::jsonb)
          as c(id text, "cloudProvider" text, region text, status text, "subscriptionId" text, kinds jsonb)
        where (c.id is null or lower(i.id) = lower(c.id))
          and (c."cloudProvider" is null or lower(i.cloud_provider) = lower(c."cloudProvider"))
          and (c.region is null or lower(i.region) = lower(c.region))
          and (c.status is null or lower(i.status) = lower(c.status))
          and (c."subscriptionId" is null or lower(i.subscription_id) = lower(c."subscriptionId"))
          and (c.kinds is null or ${isOneOf(sql`c.kinds`)})))
      and (${search.tags.length === 0} or i.tags::jsonb @> ${JSON.stringify(search.tags)}::jsonb)
    order by i.created_at desc, i.id desc`.execute(db);
  return rows;
}
