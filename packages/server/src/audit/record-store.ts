/** SQL of recording: the start of an event, and its end. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { newId } from '../identity/identifier.js';
import type { SessionNews } from '../identity/session.js';
import type { Begun, Ended, Named, Source } from './event.js';

/**
 * Writes an event; without an end it stands as begun. Who and what are looked up in the same statement: names as they are now, how the
 * session was begun, of which subscription the thing is, and of which product and environment. That only where the actor reaches it: nobody else's trail tells of it.
 */
export async function insertEvent(db: Database, event: Begun, end?: Ended): Promise<void> {
  const { person } = event;
  const orgId = person?.orgId ?? '';
  const subscriptions =
    person === undefined ? [] : person.providerOrgId === null ? null : person.memberships.map((one) => one.subscriptionId);
  await sql`/* prepared */
    insert into audit_events (id, provider_org_id, operation, source, user_id, user_name, org_id, org_name, role, auth_method, session_id,
      api_key_id, by_provider, address, user_agent, correlation_id, service_id, environment_id, plan_id, instance_id, subscription_id,
      tenant_org_id, targets, fields, outcome, http_status, code, ended_at)
    select ${event.id}::text, ${event.providerOrgId}::text, ${event.operation}::text, ${event.source}::text,
      ${person?.userId ?? ''}::text, coalesce(u.name, ''), ${orgId}::text, coalesce(o.name, ''), ${person?.roleType ?? ''}::text,
      coalesce(s.method, ''),
      ${person?.session?.id ?? ''}::text, coalesce(s.api_key_id, ''), ${person?.providerOrgId === null}::boolean,
      ${event.address}::text, ${event.userAgent}::text, ${event.correlationId}::text,
      coalesce(i.service_id, nullif(${event.serviceId}::text, ''), v.id, ''),
      coalesce(i.environment_id, nullif(${event.environmentId}::text, ''), case when v.id is not null then e.id end, ''),
      coalesce(i.plan_id, nullif(${event.planId}::text, ''), b.plan_id, ''), ${event.instanceId}::text, coalesce(b.id, ''), coalesce(b.org_id, ''),
      ${event.targets}::text[], ${event.fields}::text[], ${end?.outcome ?? null}::text, ${end?.httpStatus ?? null}::integer,
      ${end?.code ?? ''}::text, case when ${end?.outcome ?? null}::text is null then null else now() end
    from (select 1) as one
      left join users u on u.id = ${person?.userId ?? ''}
      left join organizations o on o.id = ${orgId}
      left join sessions s on s.id = ${person?.session?.id ?? ''}
      left join instances i on i.id = ${event.instanceId}
        and case when ${subscriptions}::text[] is null then ${orgId}::text in (i.provider_org_id, i.org_id)
          else i.subscription_id = any(${subscriptions}::text[]) end
      left join budgets g on g.id = (select substr(t, 4) from unnest(${event.targets}::text[]) t where t like 'id=budget-%' limit 1)
      left join subscriptions b on b.id = coalesce(i.subscription_id, nullif(${event.subscriptionId}::text, ''), g.subscription_id)
        and case when ${subscriptions}::text[] is null then ${orgId}::text in (b.provider_org_id, b.org_id)
          else b.id = any(${subscriptions}::text[]) end
      left join plans p on p.id = coalesce(b.plan_id, ${event.planId}::text)
      left join environments e on e.id = coalesce(p.environment_id, ${event.environmentId}::text)
      left join services v on v.id = e.service_id and v.org_id = ${event.providerOrgId}::text
        and ${event.serviceId}::text in ('', v.id) and ${event.environmentId}::text in ('', e.id)`.execute(db);
}

/** Writes the end of an event, and what its answer has named. False if it was given up for lost meanwhile. */
export async function endEvent(db: Database, id: string, end: Ended, named: Named): Promise<boolean> {
  const { numAffectedRows } = await sql`/* prepared */
    update audit_events a
    set outcome = ${end.outcome}::text, http_status = ${end.httpStatus}::integer, code = ${end.code}::text, ended_at = now(),
      instance_id = case when a.instance_id <> '' then a.instance_id else coalesce(i.id, '') end,
      service_id = case when a.service_id <> '' then a.service_id else coalesce(i.service_id, nullif(${named.serviceId}::text, ''), e.service_id, '') end,
      environment_id = case when a.environment_id <> '' then a.environment_id
        else coalesce(i.environment_id, nullif(${named.environmentId}::text, ''), e.id, '') end,
      plan_id = case when a.plan_id <> '' then a.plan_id else coalesce(i.plan_id, b.plan_id, ${named.planId}::text) end,
      subscription_id = case when a.subscription_id <> '' then a.subscription_id else coalesce(b.id, '') end,
      tenant_org_id = case when a.subscription_id <> '' then a.tenant_org_id else coalesce(b.org_id, '') end,
      targets = a.targets || ${named.targets}::text[]
    from (select 1) as one
      left join instances i on i.id = ${named.instanceId}
      left join subscriptions b on b.id = coalesce(i.subscription_id, ${named.subscriptionId}::text)
      left join plans p on p.id = coalesce(b.plan_id, ${named.planId}::text)
      left join environments e on e.id = p.environment_id
    where a.id = ${id} and a.outcome is null`.execute(db);
  return numAffectedRows === 1n;
}

/** Whom a request says that it is from (`customersOf`: one of this provider's customers before others), or whose session it has begun. */
export type Claimed = { userId: string; sessionId: string } | { email: string; customersOf?: string };

/**
 * Writes the end of an event whose request said by itself whom it is from: the user is whom it has signed in, or else whom it names, which
 * says nothing of who it was. What it names and nobody has is not kept: people type passwords there.
 */
export async function endVisit(db: Database, id: string, end: Ended, claimed: Claimed & { targets: string[] }): Promise<boolean> {
  const [userId, sessionId] = 'userId' in claimed ? [claimed.userId, claimed.sessionId] : ['', ''];
  const [email, customersOf] = 'email' in claimed ? [claimed.email, claimed.customersOf ?? null] : ['', null];
  const { numAffectedRows } = await sql`/* prepared */
    update audit_events a
    set outcome = ${end.outcome}::text, http_status = ${end.httpStatus}::integer, code = ${end.code}::text, ended_at = now(),
      user_id = coalesce(u.id, ''), user_name = coalesce(u.name, ''), org_id = coalesce(o.id, ''), org_name = coalesce(o.name, ''),
      role = coalesce(u.role_type, ''), by_provider = u.id is not null and u.provider_org_id is null,
      provider_org_id = coalesce(u.provider_org_id, u.org_id, a.provider_org_id),
      source = case when u.provider_org_id is null and u.id is not null then 'Maintenance' else 'Customer' end,
      session_id = ${sessionId}::text, api_key_id = coalesce(s.api_key_id, ''), targets = a.targets || ${claimed.targets}::text[],
      auth_method = coalesce(s.method, '')
    from (
      select coalesce(nullif(${userId}::text, ''), (
        select n.id from users n where lower(n.email) = lower(${email}::text)
          and (${customersOf}::text is null or ${customersOf}::text in (n.provider_org_id, n.org_id))
        order by (n.provider_org_id is null) = (${customersOf}::text is null) desc, n.created_at limit 1)) as id
    ) as who
      left join users u on u.id = who.id
      left join organizations o on o.id = u.org_id
      left join sessions s on s.id = ${sessionId}
    where a.id = ${id} and a.outcome is null`.execute(db);
  return numAffectedRows === 1n;
}

/** Takes back an event that is not to be kept, if nothing came of its request. */
export async function dropEvent(db: Database, id: string): Promise<void> {
  await sql`delete from audit_events where id = ${id} and outcome is null and position is null`.execute(db);
}

/**
 * Writes the end of a lifecycle operation, once: its id is the operation's. Of a custom workflow that the provider's people have begun
 * customers see neither the call nor the end: it may be the provider's alone.
 */
export async function insertOperationEnd(
  tx: Transaction,
  event: { id: string; instanceId: string; operationId: string; outcome: 'succeeded' | 'failed' | 'cancelled'; at: Date },
): Promise<void> {
  const source: Record<'people' | 'platform', Source> = { people: 'Infra', platform: 'Maintenance' };
  await sql`/* prepared */
    insert into audit_events (id, provider_org_id, at, operation, source, service_id, environment_id, plan_id, instance_id, subscription_id,
      tenant_org_id, targets, outcome, code, ended_at, operation_id, by_provider)
    select ${event.id}::text, i.provider_org_id, ${event.at}::timestamptz, 'operation-ended',
      case when u.provider_org_id is not null or u.org_id = i.org_id then ${source.people}::text else ${source.platform}::text end,
      i.service_id, i.environment_id, i.plan_id, i.id, i.subscription_id, i.org_id, array['operation=' || p.kind],
      case when ${event.outcome}::text = 'succeeded' then 'succeeded' else 'failed' end, p.code, ${event.at}::timestamptz, p.id,
      p.kind = 'custom' and u.provider_org_id is null
    from operations p join instances i on i.id = p.instance_id left join users u on u.id = p.requested_by
    where p.id = ${event.operationId} and i.id = ${event.instanceId}
    on conflict (id) do nothing`.execute(tx);
}

/** Writes that somebody has become a member of a subscription. */
export async function insertMemberJoined(
  tx: Transaction,
  event: { id: string; subscriptionId: string; userId: string; role: string; at: Date },
): Promise<void> {
  const source: Source = 'Customer';
  await sql`
    insert into audit_events (id, provider_org_id, at, operation, source, user_id, user_name, org_id, org_name, service_id,
      environment_id, plan_id, subscription_id, tenant_org_id, targets, outcome, ended_at)
    select ${event.id}::text, b.provider_org_id, ${event.at}::timestamptz, 'member-joined', ${source}::text, u.id, u.name, o.id, o.name,
      e.service_id, e.id, b.plan_id, b.id, b.org_id, array['roleType=' || ${event.role}::text], 'succeeded', ${event.at}::timestamptz
    from subscriptions b join users u on u.id = ${event.userId} join organizations o on o.id = u.org_id
      join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    where b.id = ${event.subscriptionId}
    on conflict (id) do nothing`.execute(tx);
}

/** Writes what becomes of a session without a call of its person. Of one that was copied, nobody has shown that it was them. */
export async function insertSessionNews(tx: Transaction, { kind, sessionId, visitor }: SessionNews): Promise<void> {
  const source: Record<'provider' | 'customer', Source> = { provider: 'Maintenance', customer: 'Customer' };
  const isCopied = kind === 'session-copied';
  await sql`
    insert into audit_events (id, provider_org_id, operation, source, user_id, user_name, org_id, org_name, role, auth_method, session_id,
      api_key_id, by_provider, address, user_agent, correlation_id, outcome, code, ended_at)
    select ${newId('event')}::text, coalesce(u.provider_org_id, u.org_id), ${kind}::text,
      case when u.provider_org_id is null then ${source.provider}::text else ${source.customer}::text end, u.id, u.name, o.id, o.name,
      u.role_type, case when ${isCopied}::boolean then '' else s.method end, s.id, coalesce(s.api_key_id, ''), u.provider_org_id is null,
      ${visitor.address}::text, ${visitor.userAgent ?? ''}::text, ${visitor.correlationId ?? ''}::text,
      case when ${isCopied}::boolean then 'refused' else 'succeeded' end,
      case when ${isCopied}::boolean then 'invalid-refresh-token' else '' end, now()
    from sessions s join users u on u.id = s.user_id join organizations o on o.id = u.org_id
    where s.id = ${sessionId}`.execute(tx);
}
