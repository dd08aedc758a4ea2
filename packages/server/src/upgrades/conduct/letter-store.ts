/** Which customers are yet to be told of an upgrade. */
import { sql, type Transaction } from '../../database/database.js';
import type { UpgradeLetter, UpgradeStatus } from '../upgrade-path.js';

export interface DueLetter {
  letter: UpgradeLetter;
  status: UpgradeStatus;
  instanceId: string;
  providerOrgId: string;
  planId: string;
  targetVersion: string;
  scheduledAt: Date | null;
  createdAt: Date;
  subscriptionId: string;
}

/** Takes some of them, the oldest first: they count as written once the transaction has ended. Nobody is told of an instance that is gone. */
export async function lockLetters(tx: Transaction, limit: number): Promise<DueLetter[]> {
  const { rows } = await sql<DueLetter>`
    with due as (
      select path_id, instance_id, letter_kind from instance_upgrades where letter_kind is not null order by updated_at limit ${limit} for update skip locked
    ), taken as (
      update instance_upgrades u set letter_kind = null from due
      where u.path_id = due.path_id and u.instance_id = due.instance_id returning due.letter_kind as wanted, u.path_id, u.instance_id, u.status
    )
    select t.wanted as letter, t.status, t.instance_id as "instanceId", p.provider_org_id as "providerOrgId", p.plan_id as "planId",
      p.target_version as "targetVersion", p.scheduled_at as "scheduledAt", p.created_at as "createdAt", i.subscription_id as "subscriptionId"
    from taken t join upgrade_paths p on p.id = t.path_id join instances i on i.id = t.instance_id and i.deleted_at is null`.execute(tx);
  return rows;
}
