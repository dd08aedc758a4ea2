/** Reconcile passes over the fake cluster of a world, one after the other, for tests. */
import type { OpenDatabase } from '../database/database.js';
import { sql } from '../database/database.js';
import { until } from '../engine/engine.testing.js';
import type { OfferedResource } from '../catalog/catalog.js';
import type { InstanceFinding } from '../instances/finding.js';
import { selectInstanceEvents } from '../instances/instance-event-store.js';
import { openWorld, type World } from '../lifecycle/life.testing.js';
import { selectInstance } from '../instances/store.js';
import { silentLogger } from '../log.js';
import { requestPass, type CellPass, selectPass } from './pass-store.js';
import { reconcileGauges } from './metrics.js';
import { createReconciler } from './reconciler.js';

export interface ReconciledWorld extends World {
  cellId: string;
  /** One whole pass over the cell; what is stored of it. */
  reconcile: () => Promise<CellPass>;
  /** An instance that is RUNNING and at rest. */
  running: (plan: OfferedResource) => Promise<string>;
  atRest: (id: string) => Promise<true>;
  findings: (id: string) => Promise<InstanceFinding[]>;
  codes: (id: string) => Promise<string[]>;
  /** Types, newest first. */
  events: (id: string) => Promise<string[]>;
  gauge: (name: string) => Promise<number | undefined>;
  close(): Promise<void>;
}

export async function openReconciledWorld(database: OpenDatabase): Promise<ReconciledWorld> {
  const world = await openWorld(database);
  const { deps } = world;
  const [cell] = await deps.cells.list();
  if (cell === undefined) throw new Error('there is no cell');
  const reconciler = createReconciler({ db: deps.db, cells: deps.cells, log: silentLogger, intervalMs: 3_600_000 });
  const atRest = (id: string) =>
    until(async (): Promise<true | undefined> => {
      const { rows } = await sql`select 1 from operations where instance_id = ${id} and status in ('running', 'waiting')`.execute(deps.db);
      return rows.length === 0 ? true : undefined;
    }, `${id} to be at rest`);
  const findings = async (id: string) => (await selectInstance(deps.db, id))?.findings ?? [];
  return {
    ...world,
    cellId: cell.id,
    reconcile: async () => {
      await requestPass(deps.db, cell.id);
      await reconciler.tick();
      await reconciler.idle();
      const passed = await selectPass(deps.db, cell.id);
      if (passed === undefined) throw new Error('the cell was never reconciled');
      return passed;
    },
    running: async (plan) => {
      const id = await world.create(plan);
      await world.reach(id, 'RUNNING');
      await atRest(id);
      return id;
    },
    atRest,
    findings,
    codes: async (id) => (await findings(id)).map((one) => one.code),
    events: async (id) => (await selectInstanceEvents(deps.db, id, 10)).map((event) => event.type),
    gauge: async (name) =>
      (
        await reconcileGauges(deps.db)
          .find((one) => one.name === name)
          ?.read()
      )?.[cell.key],
    close: async () => {
      await reconciler.stop();
      await world.engine.stop();
      await deps.charts.stop();
    },
  };
}
