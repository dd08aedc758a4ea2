import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import type { RunEvent, RunEventType } from './model.js';

/** Events of a run in their order, after a sequence number. They were masked when they were written. @default limit 1000 */
export async function runEvents(db: Database, of: { runId: string; after?: number; limit?: number }): Promise<RunEvent[]> {
  const answer = await sql<{
    sequence: number;
    run_id: string;
    at: Date;
    type: RunEventType;
    step: string;
    node_id: string | null;
    message: string;
    details: JsonObject | null;
  }>`select * from run_events where run_id = ${of.runId} and sequence > ${of.after ?? 0} order by sequence limit ${of.limit ?? 1_000}`.execute(
    db,
  );
  return answer.rows.map((row) => ({
    sequence: row.sequence,
    runId: row.run_id,
    at: row.at,
    type: row.type,
    step: row.step,
    message: row.message,
    ...(row.node_id === null ? {} : { nodeId: row.node_id }),
    ...(row.details === null ? {} : { details: row.details }),
  }));
}
