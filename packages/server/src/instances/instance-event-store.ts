/** Facts about an instance that are no operation of it: written in the transaction that makes them true, kept with its history. */
import { type Database, sql, type Transaction } from '../database/database.js';
import { tell } from '../events/tell.js';

export const INSTANCE_EVENT_TYPES = ['NoGoodBackup', 'GoodBackup', 'MadeAnew', 'CellDiffers', 'CellAgrees', 'DriftFound'] as const;
export type InstanceEventType = (typeof INSTANCE_EVENT_TYPES)[number];

export interface InstanceEvent {
  at: Date;
  type: InstanceEventType;
  message: string;
}

/** The instance is locked: events of one instance keep their order. `isLoss`: see the event. */
export async function insertInstanceEvent(
  tx: Transaction,
  { instanceId, type, message, isLoss }: { instanceId: string; type: InstanceEventType; message: string; isLoss?: boolean },
): Promise<void> {
  await sql`insert into instance_events (instance_id, type, message) values (${instanceId}, ${type}, ${message})`.execute(tx);
  await tell(tx, { kind: 'instance-noted', subject: instanceId, payload: { type, ...(isLoss === undefined ? {} : { isLoss }) } });
}

/** The newest `limit`, newest first. */
export async function selectInstanceEvents(db: Database, instanceId: string, limit: number): Promise<InstanceEvent[]> {
  const { rows } = await sql<InstanceEvent>`
    select at, type, message from instance_events where instance_id = ${instanceId} order by id desc limit ${limit}`.execute(db);
  return rows;
}
