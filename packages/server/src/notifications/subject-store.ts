/** What events are about: one statement for each kind of subject, with the names that messages carry. Reads rows of other rooms only. */
import { sql, type Transaction } from '../database/database.js';
import { nameInTags } from '@cellplane/api/name-tag';
import type { Tag } from '../instances/instance.js';
import type { NoticeSubject } from './notice.js';

export interface InstanceSubject extends NoticeSubject {
  status: string;
  statusMessage: string;
  orgId: string;
  subscriptionId: string;
  /** As people have named it; empty: they have not. */
  instanceName: string;
  /** Some members want to be mailed of what went as they wanted. */
  isSuccessWanted: boolean;
}

/** An instance, deleted or not. */
export async function selectInstanceSubject(tx: Transaction, id: string): Promise<InstanceSubject | undefined> {
  const { rows } = await sql<Omit<InstanceSubject, 'instanceName'> & { tags: Tag[] }>`/* prepared */
    select i.provider_org_id as "providerOrgId", i.environment_type as "environmentType", i.environment_id as "environmentId",
      i.service_id as "serviceId", s.name as "serviceName", i.plan_id as "planId", p.name as "planName", i.plan_version as "planVersion",
      i.id as "instanceId", i.resource_key as "resourceName", i.status, i.status_message as "statusMessage", i.org_id as "orgId",
      i.subscription_id as "subscriptionId",
      i.tags,
      exists (select from news_preferences w join subscription_members m on m.user_id = w.user_id
        where m.subscription_id = i.subscription_id and w.category = 'completed' and w.mailed) as "isSuccessWanted"
    from instances i left join plans p on p.id = i.plan_id left join services s on s.id = i.service_id where i.id = ${id}`.execute(tx);
  return rows.map(({ tags, ...row }) => ({ ...row, instanceName: nameInTags(tags) ?? '' }))[0];
}

interface OperationFacts {
  message: string;
  /** Of one of the plan's own workflows. */
  workflowName: string | null;
  workflowVerb: string | null;
  /** Members are told of it as maintenance: it is a part of an upgrade path that was announced to them. */
  isAnnounced: boolean;
}

/** What an operation came to. */
export async function selectOperationFacts(tx: Transaction, id: string): Promise<OperationFacts | undefined> {
  const { rows } = await sql<OperationFacts>`
    select o.message, o.data->>'name' as "workflowName", o.data->>'verb' as "workflowVerb", exists (
        select from instance_upgrades u join upgrade_paths p on p.id = u.path_id where u.operation_id = o.id and p.notify_customer) as "isAnnounced"
    from operations o where o.id = ${id}`.execute(tx);
  return rows[0];
}

/** Why a snapshot failed. */
export async function selectSnapshotMessage(tx: Transaction, id: string): Promise<string | undefined> {
  return (await sql<{ message: string }>`select message from snapshots where id = ${id}`.execute(tx)).rows[0]?.message;
}

/** What was noted of an instance last, of one type. */
export async function selectNotedMessage(tx: Transaction, instanceId: string, type: string): Promise<string | undefined> {
  const { rows } = await sql<{ message: string }>`
    select message from instance_events where instance_id = ${instanceId} and type = ${type} order by id desc limit 1`.execute(tx);
  return rows[0]?.message;
}

const planColumns = sql`s.org_id as "providerOrgId", e.type as "environmentType", e.id as "environmentId", s.id as "serviceId",
  s.name as "serviceName", p.id as "planId", p.name as "planName", null as "planVersion", null as "instanceId", null as "resourceName"`;

/** A plan. */
export async function selectPlanSubject(tx: Transaction, id: string): Promise<NoticeSubject | undefined> {
  const { rows } = await sql<NoticeSubject>`
    select ${planColumns} from plans p join environments e on e.id = p.environment_id join services s on s.id = e.service_id
    where p.id = ${id}`.execute(tx);
  return rows[0];
}

interface UpgradePathSubject extends NoticeSubject {
  statusMessage: string;
  sourceVersion: string;
}

/** The plan of an upgrade path; the version is the one that it leads to. */
export async function selectUpgradePathSubject(tx: Transaction, id: string): Promise<UpgradePathSubject | undefined> {
  const { rows } = await sql<UpgradePathSubject>`
    select s.org_id as "providerOrgId", e.type as "environmentType", e.id as "environmentId", s.id as "serviceId", s.name as "serviceName",
      p.id as "planId", p.name as "planName", u.target_version as "planVersion", null as "instanceId", null as "resourceName",
      u.status_message as "statusMessage", u.source_version as "sourceVersion"
    from upgrade_paths u join plans p on p.id = u.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id where u.id = ${id}`.execute(tx);
  return rows[0];
}

/** The plan of a subscription. */
export async function selectSubscriptionSubject(tx: Transaction, id: string): Promise<NoticeSubject | undefined> {
  const { rows } = await sql<NoticeSubject>`
    select ${planColumns} from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id where b.id = ${id}`.execute(tx);
  return rows[0];
}

/** What a budget is called; undefined if it is gone. */
export async function selectBudgetName(tx: Transaction, id: string): Promise<string | undefined> {
  return (await sql<{ name: string }>`select name from budgets where id = ${id}`.execute(tx)).rows[0]?.name;
}

/** An account of a customer: whose it is, and what it is called. */
export async function selectAccountFacts(tx: Transaction, userId: string): Promise<{ email: string; orgName: string } | undefined> {
  const { rows } = await sql<{ email: string; orgName: string }>`
    select u.email, o.name as "orgName" from users u join organizations o on o.id = u.org_id
    where u.id = ${userId} and u.deleted_at is null`.execute(tx);
  return rows[0];
}

/** The address that is invited, into a subscription or into the provider's own organization; undefined if nobody waits any more. */
export async function selectInvitedAddress(tx: Transaction, invitationId: string): Promise<string | undefined> {
  const { rows } = await sql<{ email: string }>`
    select email from subscription_invitations where id = ${invitationId}
    union all select email from invitations where id = ${invitationId} limit 1`.execute(tx);
  return rows[0]?.email;
}

/** About a provider's people and customers, and no product of it. */
export function organizationSubject(providerOrgId: string): NoticeSubject {
  return {
    providerOrgId,
    environmentType: null,
    environmentId: null,
    serviceId: null,
    serviceName: null,
    planId: null,
    planName: null,
    planVersion: null,
    instanceId: null,
    resourceName: null,
  };
}
