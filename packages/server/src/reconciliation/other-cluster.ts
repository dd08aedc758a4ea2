/** A cell whose address leads to another cluster: it is told on all its instances, and nothing of them is read there. */
import type { Cell } from '../cells/cell.js';
import { acceptCommand, otherClusterMessage } from '../cells/cluster-identity.js';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import { setFindingOfCell } from '../instances/finding-store.js';
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
  const instances = await setFindingOfCell(db, cell.id, { code, message: OF_INSTANCE, since, objects: [], count: 0, commands });
  const none = { objects: 0, missingObjects: 0, replacedObjects: 0, missingNamespaces: 0, unknownNamespaces: 0, unknownRuns: 0, took: 0 };
  return {
    findings: [{ code, message, since, names: [cell.otherClusterUid], count: 1, commands }],
    counts: { ...none, instances, instancesThatDiffer: instances },
  };
}
