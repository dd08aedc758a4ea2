/** Requests for subscriptions with the plan that they are for and who asked: lists, for which rows of other rooms are joined. */
import type { Handlers } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';
import type { RequestStatus } from './request-store.js';

export type RequestOnWire = Awaited<ReturnType<Handlers['customerDescribeSubscriptionRequest']>>;

/** Whose requests are meant: those that a user has asked, or those that an environment of a provider was asked for. */
export type RequestsOf = { userId: string } | { providerOrgId: string; environmentId: string };

type Row = Omit<RequestOnWire, 'createdAt' | 'updatedAt' | 'subscriptionId'> & {
  made: Date;
  changed: Date;
  madeSubscription: string | null;
};

/** Newest first; missing members of the filter do not restrict. */
export async function selectRequests(
  db: Database,
  of: RequestsOf,
  filter: { id?: string; status?: RequestStatus } = {},
): Promise<RequestOnWire[]> {
  const whose =
    'userId' in of
      ? sql`q.user_id = ${of.userId}`
      : sql`q.provider_org_id = ${of.providerOrgId} and p.environment_id = ${of.environmentId}`;
  const { rows } = await sql<Row>`
    select q.id, q.status, s.id as "serviceId", s.name as "serviceName", s.logo_url as "serviceLogoURL", p.id as "productTierId",
      p.name as "productTierName", u.id as "rootUserId", u.email as "rootUserEmail", u.name as "rootUserName", q.created_at as made,
      q.modified_at as changed, coalesce(by.id, '') as "updatedByUserId", coalesce(by.name, '') as "updatedByUserName",
      q.subscription_id as "madeSubscription", q.message
    from subscription_requests q join plans p on p.id = q.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id join users u on u.id = q.user_id left join users by on by.id = q.updated_by
    where ${whose} and p.deleted_at is null and ${filter.id === undefined ? sql`true` : sql`q.id = ${filter.id}`}
      and ${filter.status === undefined ? sql`true` : sql`q.status = ${filter.status}`}
    order by q.created_at desc, q.id desc`.execute(db);
  return rows.map(({ made, changed, madeSubscription, ...row }) => ({
    ...row,
    createdAt: made.toISOString(),
    updatedAt: changed.toISOString(),
    ...(madeSubscription === null ? {} : { subscriptionId: madeSubscription }),
  }));
}
