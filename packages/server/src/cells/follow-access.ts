/**
 * A cell whose access changes. Nobody keeps a client of a cell: who needs one asks `Cells.client`, which gives another one once the cell's
 * `access_version` is another one. Only watches hold a client for long; whoever watches a cell compares at each tick.
 */
import type { OpenDatabase } from '../database/database.js';
import type { Cells } from './cell.js';
import { ACCESS_CHANNEL } from './store.js';

/** Makes `cells` read a cell's row as soon as the cell's access has changed; without this call `cells` notices it within 2 s. Returns the function that ends this. */
export function followAccess(database: Pick<OpenDatabase, 'listen'>, cells: Pick<Cells, 'readAnew'>): Promise<() => Promise<void>> {
  return database.listen(ACCESS_CHANNEL, (cellId) => cells.readAnew(cellId), { onGap: () => cells.readAnew() });
}
