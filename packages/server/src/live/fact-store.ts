/** Reads events with whose they are. Rows of other rooms are read only. */
import { type Database, sql } from '../database/database.js';
import type { Fact } from './change.js';

/** A fact of which it is not known yet whether members may hear of its run. */
export interface ReadFact extends Omit<Fact, 'isProvidersOnly'> {
  /** Of a run of one of the plan's own workflows: its verb; empty: the operation is not there any more. */
  customVerb: string | null;
}

/** The events after a position, in order. Cells belong to nobody but to whoever runs the installation. */
export async function selectFacts(
  db: Database,
  { after, limit, providerOrgId }: { after: number; limit: number; providerOrgId: string },
): Promise<ReadFact[]> {
  const { rows } = await sql<ReadFact>`/* prepared */
    select e.position, e.kind, e.subject, e.payload, e.at,
      coalesce(i.provider_org_id, b.provider_org_id, r.provider_org_id, u.provider_org_id, v.org_id, e.payload->>'providerOrgId',
        e.payload->>'orgId', case when e.payload->>'noun' = 'cells' then ${providerOrgId} end) as "providerOrgId",
      coalesce(i.org_id, b.org_id, r.org_id, e.payload->>'orgId') as "orgId",
      coalesce(i.subscription_id, b.id, r.subscription_id, e.payload->>'subscriptionId') as "subscriptionId",
      coalesce(i.service_id, u.service_id, v.id, e.payload->>'serviceId') as "serviceId",
      r.user_id as "userId", i.status,
      case when o.kind = 'custom' then coalesce(o.data->>'verb', '') when o.id is null and e.payload->>'operationId' is not null then '' end
        as "customVerb"
    from (select * from events where position > ${after} and position <= (select position from event_head) order by position limit ${limit}) e
      left join instances i on i.id = e.subject
      left join subscriptions b on b.id = e.subject
      left join subscription_requests r on r.id = e.subject
      left join upgrade_paths u on u.id = e.subject
      left join plans p on p.id = coalesce(b.plan_id, r.plan_id, e.subject)
      left join environments n on n.id = p.environment_id
      left join services v on v.id = n.service_id
      left join operations o on o.id = e.payload->>'operationId'
    order by e.position`.execute(db);
  return rows;
}
