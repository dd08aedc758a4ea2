/** Backups and removals that fail are told on the instance, in the log, and on the record; the message goes when it is mended. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { selectInstance, setWarnings } from '../instances/store.js';

/** Kinds of warnings of this room: `kind: text`. */
export const WARNINGS = { backup: 'backup', removal: 'snapshot-removal' } as const;

/** Sets the instance's warning of this kind and subject, or takes it back (undefined). The instance must be locked. */
export async function setWarning(
  tx: Transaction,
  instanceId: string,
  kind: (typeof WARNINGS)[keyof typeof WARNINGS],
  subject: string,
  text: string | undefined,
): Promise<void> {
  const instance = await selectInstance(tx, instanceId);
  if (instance === undefined || instance.deletedAt !== null) return;
  const start = `${kind}: ${subject}`;
  const warnings = instance.warnings.filter((warning) => !warning.startsWith(start));
  if (text !== undefined) warnings.push(`${start}${text}`);
  if (JSON.stringify(warnings) !== JSON.stringify(instance.warnings)) await setWarnings(tx, instanceId, warnings);
}

/** Instances whose last automated backup failed, and snapshots whose removal did: what a monitor should look at. */
export async function countFailing(db: Database): Promise<{ backups: number; removals: number }> {
  const { rows } = await sql<{ backups: number; removals: number }>`
    select (select count(*) from backup_schedules where failures > 0) as backups,
      (select count(*) from snapshots where deleted_at is null and delete_wanted_at is not null and delete_attempts > 0) as removals`.execute(
    db,
  );
  return rows[0] ?? { backups: 0, removals: 0 };
}
