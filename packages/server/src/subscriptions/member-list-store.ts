/** Members of subscriptions with their names, and who is invited: lists, for which rows of other rooms are joined. */
import type { Handlers, SubscriptionRole } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';

export type MemberOnWire = Awaited<ReturnType<Handlers['listSubscriptionMembers']>>['subscriptionUsers'][number];

type Row = Omit<MemberOnWire, 'invitationExpiresAt' | 'roleType'> & { roleType: SubscriptionRole; expires: Date | null };

/** Of these subscriptions; in each the root first, members as they came, then who is invited. */
export async function selectMembers(
  db: Database,
  { subscriptionIds, environmentType }: { subscriptionIds: readonly string[]; environmentType?: string },
): Promise<MemberOnWire[]> {
  const { rows } = await sql<Row>`
    select found."subscriptionId", found."userId", found.name, found.email, found."roleType", found.expires from (
      select m.subscription_id as "subscriptionId", u.id as "userId", u.name, u.email, m.role_type as "roleType",
        null::timestamptz as expires, case when m.role_type = 'root' then 0 else 1 end as part, m.created_at as since
      from subscription_members m join users u on u.id = m.user_id
      where m.subscription_id = any(${[...subscriptionIds]})
      union all
      select i.subscription_id, '', '', i.email, i.role_type, i.expires_at, 2, i.created_at
      from subscription_invitations i where i.subscription_id = any(${[...subscriptionIds]}) and i.expires_at > now()
    ) found
    join subscriptions b on b.id = found."subscriptionId" join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    where p.deleted_at is null and ${environmentType === undefined ? sql`true` : sql`e.type = ${environmentType}`}
    order by b.created_at desc, b.id, found.part, found.since, found.email`.execute(db);
  return rows.map(({ expires, ...row }) => ({ ...row, ...(expires === null ? {} : { invitationExpiresAt: expires.toISOString() }) }));
}

/** The member of a subscription who has this address, in lower case. */
export async function selectMemberByEmail(
  db: Database,
  subscriptionId: string,
  email: string,
): Promise<{ userId: string; role: SubscriptionRole } | undefined> {
  const { rows } = await sql<{ userId: string; role: SubscriptionRole }>`
    select m.user_id as "userId", m.role_type as role from subscription_members m join users u on u.id = m.user_id
    where m.subscription_id = ${subscriptionId} and lower(u.email) = ${email}`.execute(db);
  return rows[0];
}
