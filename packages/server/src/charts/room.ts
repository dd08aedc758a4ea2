import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import type { Sealer } from '../secrets/envelope.js';
import type { Work } from '../work/work.js';
import { type ChartBackend, chartWork } from './chart-work.js';
import { type Charts, openCharts } from './charts.js';
import type { ExamineUpgrade } from './upgrade-guard.js';

export interface ChartsRoomDeps {
  background: Database;
  sealer: Sealer;
  log: Logger;
  work: Work;
  backend: ChartBackend;
  examine: ExamineUpgrade;
}

/** Gives `charts`, which has operator charts installed into cells, and the kind of work that an installation is. */
export function chartsRoom({ background: db, ...deps }: ChartsRoomDeps): Room & { charts: Charts } {
  return { name: 'charts', charts: openCharts({ ...deps, db }), workKinds: [chartWork(deps)] };
}
