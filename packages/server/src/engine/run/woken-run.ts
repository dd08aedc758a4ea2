import type { Observation } from '@cellplane/plan';
import { type Database, sql } from '../../database/database.js';
import type { Sealer } from '../../secrets/envelope.js';
import type { Breakpoints } from '../model.js';
import { type Control, controlOf } from '../rows/write-commits.js';
import { readObservation } from './leaf/leaf-memory.js';
import type { TaskRow } from '../rows/run-row.js';

/** Rows that others wrote for a run's owner. */
export interface Woken {
  control: Control;
  observations: { nodeId: string; observation: Observation }[];
}

/** Reads what users want of the run, and observations; undefined if the run is no longer ours. */
export async function readWoken(db: Database, owner: string, sealer: Sealer, id: string, fence: number): Promise<Woken | undefined> {
  const answer = await sql<{ wake_seq: number; paused: boolean; terminate: string | null; breakpoints: Breakpoints | null }>`
    select wake_seq, paused, terminate, breakpoints from runs where id = ${id} and owner = ${owner} and fence = ${fence} and finished_at is null`.execute(
    db,
  );
  const [row] = answer.rows;
  if (row === undefined) return undefined;
  // Read after the sequence: a wake-up between the two reads is noticed by its number.
  const tasks = await sql<Pick<TaskRow, 'node_id' | 'observation' | 'sealed_object'>>`
    select node_id, observation, sealed_object from run_tasks where run_id = ${id} and watch is not null and observation is not null`.execute(
    db,
  );
  const observations = tasks.rows.flatMap((task) => {
    const observation = readObservation(
      task,
      (sealed) => JSON.parse(sealer.open(sealed, `${id}/${task.node_id}`).toString('utf8')) as unknown,
    );
    return observation === undefined ? [] : [{ nodeId: task.node_id, observation }];
  });
  return { control: controlOf(row), observations };
}
