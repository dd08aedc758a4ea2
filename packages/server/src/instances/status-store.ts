import { sql, type Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import type { InstanceStatus } from './instance.js';

/** Gives the instance a status, and tells it if it is another one than before. Answers since when it is deleted; null: it is not. */
export async function updateStatus(tx: Transaction, id: string, status: InstanceStatus, message: string): Promise<Date | null> {
  const { rows } = await sql<{ deletedAt: Date | null; orgId: string; before: string; messageBefore: string }>`/* prepared */
    update instances i set status = ${status}, status_message = ${message}, modified_at = now(),
      deleted_at = case when ${status} = 'DELETED' then now() end, ever_ran = i.ever_ran or ${status} = 'RUNNING'
    from (select id, status, status_message from instances where id = ${id} for update) old
    where i.id = old.id
    returning i.deleted_at as "deletedAt", i.org_id as "orgId", old.status as before, old.status_message as "messageBefore"`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  const { before, orgId, deletedAt } = row;
  const isDeleted = status === 'DELETED' && before !== status;
  if (before !== status || row.messageBefore !== message)
    await tell(
      tx,
      { kind: 'instance-status-changed', subject: id, payload: { status, before } },
      ...(isDeleted ? [{ kind: 'instance-deleted', subject: id, payload: { orgId } } as const] : []),
    );
  return deletedAt;
}
