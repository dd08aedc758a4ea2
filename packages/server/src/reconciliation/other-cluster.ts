/** A cell whose address leads to another cluster: it is told on all its instances, and nothing of them is read there. */
import type { Cell } from '../cells/cell.js';
import { acceptCommand, otherClusterMessage } from '../cells/cluster-identity.js';
import { databaseTime } from '../database/clock.js';
import { type Database, sql } from '../database/database.js';
import type { InstanceFinding } from '../instances/finding.js';
import type { CellFinding } from './cell-finding.js';
import type { PassResult } from './reconcile-pass.js';

/** Customers read it as well. */
const OF_INSTANCE = 'the address of its cell leads to another cluster than before, so nothing is known of it, and nothing is sent there';

/** Tells it. Instances on which something goes on are told of as well: it waits. */
export async function tellOtherCluster(db: Database, cell: Cell, before: CellFinding[]): Promise<PassResult> {
  const now = await databaseTime(db);
  const code = 'another-cluster';
  const message = otherClusterMessage(cell);
  const since = before.find((one) => one.code === code)?.since ?? now.toISOString();
  const commands = [acceptCommand(cell)];
  const told: InstanceFinding[] = [{ code, message: OF_INSTANCE, since, objects: [], count: 0, commands }];
  const { rows } = await sql<{ count: number }>`
    with there as (
      select id, findings from instances where cell_id = ${cell.id} and deleted_at is null and placed order by id for no key update
    ), fresh as (
      update instances i set findings = ${JSON.stringify(told)}::jsonb from there
      where i.id = there.id and not there.findings @> ${JSON.stringify([{ code, commands }])}::jsonb returning i.id
    ), events as (
      insert into instance_events (instance_id, type, message) select id, 'CellDiffers', ${OF_INSTANCE} from fresh
    )
    select count(*)::int as count from there`.execute(db);
  const instances = rows[0]?.count ?? 0;
  const none = { objects: 0, missingObjects: 0, replacedObjects: 0, missingNamespaces: 0, unknownNamespaces: 0, unknownRuns: 0, took: 0 };
  return {
    findings: [{ code, message, since, names: [cell.otherClusterUid], count: 1, commands }],
    counts: { ...none, instances, instancesThatDiffer: instances },
  };
}
