/** What customers see of upgrades that are to come: in which open path an instance is. */
import { type Database, sql } from '../database/database.js';
import type { PathStatus, UpgradeStatus } from './upgrade-path.js';

export interface PlannedUpgrade {
  instanceId: string;
  pathId: string;
  pathStatus: PathStatus;
  status: UpgradeStatus;
  scheduledAt: Date | null;
  targetVersion: string;
  /** What it waits for. */
  reason: string;
}

/** By instance: one at most has each. */
export async function selectPlannedUpgrades(db: Database, instanceIds: string[]): Promise<Map<string, PlannedUpgrade>> {
  if (instanceIds.length === 0) return new Map();
  const { rows } = await sql<PlannedUpgrade>`
    select u.instance_id as "instanceId", p.id as "pathId", p.status as "pathStatus", u.status, p.scheduled_at as "scheduledAt",
      p.target_version as "targetVersion", u.reason
    from instance_upgrades u join upgrade_paths p on p.id = u.path_id
    where u.instance_id = any(${instanceIds}) and u.status in ('PENDING', 'IN_PROGRESS')`.execute(db);
  return new Map(rows.map((row) => [row.instanceId, row]));
}
