/** Handlers of the subscriptions that a provider's customers have. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment } from '../catalog/store.js';
import { type Database, sql } from '../database/database.js';
import { notFound } from '../errors.js';

export type SubscriptionHandlers = Pick<Handlers, 'listSubscriptions' | 'describeSubscription'>;
type Wire = Awaited<ReturnType<Handlers['describeSubscription']>>;

export function subscriptionHandlers({ db }: { db: Database }): SubscriptionHandlers {
  return {
    async listSubscriptions({ params, query, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      const found = (await select(db, caller.orgId, environment.id)).filter(
        (one) =>
          (query.productTierId === undefined || one.productTierId === query.productTierId) &&
          (query.includeInactive === true || one.status === 'ACTIVE' || one.status === 'SUSPENDED'),
      );
      return { ids: found.map(({ id }) => id), subscriptions: found };
    },
    async describeSubscription({ params, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      const found = (await select(db, caller.orgId, environment.id)).find(({ id }) => id === params.id);
      if (found === undefined) throw notFound('subscription', params.id);
      return found;
    },
  };
}

/** Of the caller's own plans; newest first. Whoever changed one last is not kept: it is whoever has it. */
async function select(db: Database, providerOrgId: string, environmentId: string): Promise<Wire[]> {
  const { rows } = await sql<
    Omit<Wire, 'createdAt' | 'updatedAt' | 'updatedByUserId' | 'updatedByUserName'> & { made: Date; changed: Date }
  >`
    select b.id, b.status, b.is_default as "defaultSubscription", p.id as "productTierId", p.name as "productTierName",
      s.id as "serviceId", s.name as "serviceName", u.id as "rootUserId", u.email as "rootUserEmail", u.name as "rootUserName",
      b.org_id as "rootUserOrgId", b.created_at as made, b.modified_at as changed,
      (select count(*) from instances i where i.subscription_id = b.id and i.deleted_at is null) as "instanceCount"
    from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id join users u on u.id = b.root_user_id
    where b.provider_org_id = ${providerOrgId} and e.id = ${environmentId} order by b.created_at desc, b.id`.execute(db);
  return rows.map(({ made, changed, ...row }) => ({
    ...row,
    createdAt: made.toISOString(),
    updatedAt: changed.toISOString(),
    updatedByUserId: row.rootUserId,
    updatedByUserName: row.rootUserName,
  }));
}
