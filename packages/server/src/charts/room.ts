import type { Cells } from '../cells/cell.js';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import type { Helm } from '../exec/helm.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import type { Sealer } from '../secrets/envelope.js';
import { cellBackend } from './cell-backend.js';
import { type Charts, openCharts } from './charts.js';

export interface ChartsRoomDeps {
  background: Database;
  sealer: Sealer;
  log: Logger;
  cells: Cells;
  helm: Helm;
}

/** Gives `charts`, which installs operator charts into cells; the installations of this copy end with the room. */
export function chartsRoom({ background, sealer, log, cells, helm }: ChartsRoomDeps): Room & { charts: Charts } {
  const backend = cellBackend({ cells, helm, now: () => databaseTime(background) });
  const charts = openCharts({ db: background, sealer, log, backend });
  return { name: 'charts', charts, stop: () => charts.stop() };
}
