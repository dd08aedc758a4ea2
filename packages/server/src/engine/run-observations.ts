import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';

/** What was seen of a task's object when that changed what its gate comes to. */
export interface RunObservation {
  nodeId: string;
  at: Date;
  verdict: JsonObject;
  object: JsonObject;
}

/** Observations of a run in their order. They were masked when they were written. */
export async function runObservations(db: Database, of: { runId: string; limit: number }): Promise<RunObservation[]> {
  const { rows } = await sql<RunObservation>`
    select node_id as "nodeId", at, verdict, object from run_observations where run_id = ${of.runId} order by at, id limit ${of.limit}`.execute(
    db,
  );
  return rows;
}
