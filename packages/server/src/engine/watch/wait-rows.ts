/** What tasks wait for, as their rows say it: SQL. */
import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../../database/database.js';
import type { Sealer } from '../../secrets/envelope.js';
import { LeafMemory } from '../run/leaf/leaf-memory.js';
import type { TaskRow } from '../rows/run-row.js';
import type { Wait } from '../run/wait-registry.js';

/** Everything that is waited for on these cells; or one wait. */
export async function readWaits(
  db: Database,
  sealer: Sealer,
  of: { cells: string[] } | { runId: string; nodeId: string },
): Promise<Wait[]> {
  const answer =
    'cells' in of
      ? await sql<TaskRow>`select * from run_tasks where cell_id = any(${of.cells}) and watch is not null`.execute(db)
      : await sql<TaskRow>`select * from run_tasks where run_id = ${of.runId} and node_id = ${of.nodeId} and watch is not null`.execute(db);
  return answer.rows.flatMap((row) => {
    if (row.watch === null || row.cell_id === null || row.api_version === null || row.kind === null || row.name === null) return [];
    const { judged } = LeafMemory.load(
      row,
      (sealed) => JSON.parse(sealer.open(sealed, `${row.run_id}/${row.node_id}`).toString('utf8')) as JsonObject,
    );
    return [
      {
        cellId: row.cell_id,
        runId: row.run_id,
        nodeId: row.node_id,
        watch: row.watch,
        object: {
          apiVersion: row.api_version,
          kind: row.kind,
          name: row.name,
          ...(row.namespace === null ? {} : { namespace: row.namespace }),
          ...(row.uid === null ? {} : { uid: row.uid }),
        },
        ...(judged === undefined ? {} : { judged }),
      },
    ];
  });
}
