/** Requests for subscriptions with the plan that they are for and who asked: lists, for which rows of other rooms are joined. */
import type { Handlers } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { RequestStatus } from './request-store.js';

export type RequestOnWire = Awaited<ReturnType<Handlers['customerDescribeSubscriptionRequest']>>;

/** Whose requests are meant: those that a user has asked, or those that an environment of a provider was asked for. */
export type RequestsOf = { userId: string } | { providerOrgId: string; environmentId: string };

type Row = Omit<RequestOnWire, 'createdAt' | 'updatedAt' | 'subscriptionId' | 'answer'> & {
  answer: string;
  made: Date;
  changed: Date;
  madeSubscription: string | null;
  place: string;
};

/** With its environment and who asks, as the list of all products shows it. */
export type ListedRequest = Awaited<ReturnType<Handlers['listAllSubscriptionRequests']>>['subscriptionRequests'][number];

const REQUESTS: PagedList = { name: 'subscription-requests', by: 'time', usual: 100, most: 500 };

const columns = sql`q.id, q.status, s.id as "serviceId", s.name as "serviceName", s.logo_url as "serviceLogoURL", p.id as "productTierId",
  p.name as "productTierName", u.id as "rootUserId", u.email as "rootUserEmail", u.name as "rootUserName", q.created_at as made,
  q.modified_at as changed, coalesce(by.id, '') as "updatedByUserId", coalesce(by.name, '') as "updatedByUserName",
  q.subscription_id as "madeSubscription", q.message, q.answer, q.created_at::text as place`;

const joined = sql`subscription_requests q join plans p on p.id = q.plan_id join environments e on e.id = p.environment_id
  join services s on s.id = e.service_id join users u on u.id = q.user_id left join users by on by.id = q.updated_by`;

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
    select ${columns} from ${joined}
    where ${whose} and p.deleted_at is null and ${filter.id === undefined ? sql`true` : sql`q.id = ${filter.id}`}
      and ${filter.status === undefined ? sql`true` : sql`q.status = ${filter.status}`}
    order by q.created_at desc, q.id desc`.execute(db);
  return rows.map(wire);
}

/** Of all products, or of some; newest first. @throws DomainError bad_request for a token of another list */
export async function selectAllRequests(
  db: Database,
  { providerOrgId, products }: { providerOrgId: string; products?: readonly string[] | undefined },
  filter: Partial<Record<'orgId' | 'serviceId' | 'environmentId', string | undefined>> & { status?: RequestStatus },
  query: PageQuery,
): Promise<{ rows: ListedRequest[]; nextPageToken?: string }> {
  const page = readPage(REQUESTS, query);
  const { rows } = await sql<Row & Omit<ListedRequest, keyof RequestOnWire>>`
    select ${columns}, e.id as "environmentId", e.name as "environmentName", e.type as "environmentType", o.id as "rootUserOrgId",
      o.name as "rootUserOrgName"
    from ${joined} join organizations o on o.id = q.org_id
    where q.provider_org_id = ${providerOrgId} and p.deleted_at is null
      and ${products === undefined ? sql`true` : sql`s.id = any(${[...products]})`}
      and ${filter.serviceId === undefined ? sql`true` : sql`s.id = ${filter.serviceId}`}
      and ${filter.environmentId === undefined ? sql`true` : sql`e.id = ${filter.environmentId}`}
      and ${filter.orgId === undefined ? sql`true` : sql`q.org_id = ${filter.orgId}`}
      and ${filter.status === undefined ? sql`true` : sql`q.status = ${filter.status}`}
      and ${page.after === undefined ? sql`true` : sql`(q.created_at, q.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by q.created_at desc, q.id desc limit ${page.limit}`.execute(db);
  const { rows: found, ...next } = pageOf(page, rows, (row) => ({ at: row.place, id: row.id }));
  return { rows: found.map(wire), ...next };
}

/** As the wire has it: what nobody has written is not there. */
function wire<R extends Row>({ made, changed, madeSubscription, place: _place, answer, ...row }: R) {
  return {
    ...row,
    createdAt: made.toISOString(),
    updatedAt: changed.toISOString(),
    ...(madeSubscription === null ? {} : { subscriptionId: madeSubscription }),
    ...(answer === '' ? {} : { answer }),
  };
}
