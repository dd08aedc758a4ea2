/** Rows of maintenance windows. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import type { MaintenanceWindow } from './maintenance-window.js';

export interface WindowRow extends MaintenanceWindow {
  /** The id of a subscription or of an organization. */
  subject: string;
  setBy: string;
  setAt: Date;
}

const columns = sql`subject, weekdays, start_minute as "startMinute", minutes, time_zone as "timeZone", set_by as "setBy", set_at as "setAt"`;

export async function selectWindows(db: Database, providerOrgId: string, subjects?: string[]): Promise<WindowRow[]> {
  const { rows } = await sql<WindowRow>`
    select ${columns} from maintenance_windows
    where provider_org_id = ${providerOrgId} and ${subjects === undefined ? sql`true` : sql`subject = any(${subjects})`}
    order by subject`.execute(db);
  return rows;
}

/** The window that counts for an instance: that of its subscription, else that of its organization. */
export async function selectWindowFor(
  db: Database,
  { providerOrgId, subscriptionId, orgId }: { providerOrgId: string; subscriptionId: string; orgId: string },
): Promise<WindowRow | undefined> {
  const { rows } = await sql<WindowRow>`
    select ${columns} from maintenance_windows
    where provider_org_id = ${providerOrgId} and subject in (${subscriptionId}, ${orgId})
    order by subject = ${subscriptionId} desc limit 1`.execute(db);
  return rows[0];
}

export async function putWindow(
  tx: Transaction,
  providerOrgId: string,
  { subject, weekdays, startMinute, minutes, timeZone, setBy }: Omit<WindowRow, 'setAt'>,
): Promise<void> {
  await sql`
    insert into maintenance_windows (provider_org_id, subject, weekdays, start_minute, minutes, time_zone, set_by)
    values (${providerOrgId}, ${subject}, ${weekdays}, ${startMinute}, ${minutes}, ${timeZone}, ${setBy})
    on conflict (provider_org_id, subject) do update set weekdays = excluded.weekdays, start_minute = excluded.start_minute,
      minutes = excluded.minutes, time_zone = excluded.time_zone, set_by = excluded.set_by, set_at = now()`.execute(tx);
}

/** Answers whether there was one. */
export async function deleteWindow(tx: Transaction, providerOrgId: string, subject: string): Promise<boolean> {
  const { rows } = await sql`
    delete from maintenance_windows where provider_org_id = ${providerOrgId} and subject = ${subject} returning subject`.execute(tx);
  return rows.length > 0;
}

/** Open paths in which instances of the subject wait. */
export async function selectPathsWaitingFor(db: Database, subject: string): Promise<string[]> {
  const { rows } = await sql<{ pathId: string }>`
    select distinct u.path_id as "pathId" from instance_upgrades u join instances i on i.id = u.instance_id
    where u.status = 'PENDING' and u.next_try_at > now() and ${subject} in (i.subscription_id, i.org_id)`.execute(db);
  return rows.map(({ pathId }) => pathId);
}

/** Instances of the subject that wait in these paths, which are locked, are looked at again at once: their window may be another one. */
export async function lookAgain(tx: Transaction, subject: string, pathIds: string[]): Promise<void> {
  await sql`
    update instance_upgrades u set next_try_at = now() from instances i
    where i.id = u.instance_id and u.path_id = any(${pathIds}) and u.status = 'PENDING' and u.next_try_at > now()
      and ${subject} in (i.subscription_id, i.org_id)`.execute(tx);
}
