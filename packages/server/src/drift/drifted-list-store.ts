/** Instances that have drifted, for the provider whose they are: one page, the longest drifted first. */
import { type Database, sql } from '../database/database.js';
import type { Viewer } from '../identity/viewer.js';
import { nameInTags } from '@cellplane/api/name-tag';
import type { Tag } from '../instances/instance.js';
import { liesWithin, visibleTo, type Within } from '../instances/store.js';

export interface DriftedInstance {
  instanceId: string;
  instanceName?: string;
  /** The customer's organization. */
  orgId: string;
  serviceId: string;
  environmentId: string;
  open: number;
  accepted: number;
  managers: string[];
  firstSeen: string;
}

/** Instances in one answer, at most. */
const MOST = 500;

export async function selectDriftedInstances(db: Database, viewer: Viewer, within: Within): Promise<DriftedInstance[]> {
  const { rows } = await sql<Omit<DriftedInstance, 'firstSeen' | 'instanceName'> & { firstSeen: Date; tags: Tag[] }>`
    select i.id as "instanceId", i.tags, i.org_id as "orgId", i.service_id as "serviceId", i.environment_id as "environmentId",
      count(*) filter (where f.state = 'open')::int as open, count(*) filter (where f.state = 'accepted')::int as accepted,
      coalesce(array_agg(distinct f.manager) filter (where f.manager <> ''), '{}') as managers, min(f.first_seen) as "firstSeen"
    from drift_findings f join instances i on i.id = f.instance_id
    where f.state in ('open', 'accepted') and i.deleted_at is null and i.provider_org_id = ${viewer.orgId} and ${visibleTo(viewer)}
      and ${liesWithin(within)}
    group by i.id order by min(f.first_seen), i.id limit ${MOST}`.execute(db);
  return rows.map(({ firstSeen, tags, ...row }) => {
    const instanceName = nameInTags(tags);
    return { ...row, ...(instanceName === undefined ? {} : { instanceName }), firstSeen: firstSeen.toISOString() };
  });
}
