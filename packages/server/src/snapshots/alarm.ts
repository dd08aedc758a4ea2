/** Backups and removals that fail are told on the instance, in the log, and on the record; the message goes when it is mended. */
import type { Transaction } from '../database/database.js';
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
