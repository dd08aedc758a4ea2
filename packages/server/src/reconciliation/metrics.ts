/** What a monitor should watch: how cells differ from the database, and how old that knowledge is. */
import { selectCells } from '../cells/store.js';
import type { Database } from '../database/database.js';
import type { Gauge } from '../room.js';
import type { PassCounts } from './cell-finding.js';
import { selectPassAges, selectPassCounts } from './pass-store.js';

type CountName = keyof PassCounts;

const COUNTS: [name: string, of: CountName, help: string][] = [
  ['cellplane_cells_compared_objects', 'objects', 'Objects that instances at rest have to have in the cell, at the last comparison'],
  ['cellplane_cells_missing_objects', 'missingObjects', 'Objects that instances have to have and that are gone from the cell'],
  ['cellplane_cells_replaced_objects', 'replacedObjects', 'Objects that hold data and are other ones than those that were written'],
  ['cellplane_cells_missing_namespaces', 'missingNamespaces', 'Instances whose namespace is gone from the cell'],
  ['cellplane_cells_unknown_namespaces', 'unknownNamespaces', 'Namespaces with the labels of an instance that no instance has'],
  ['cellplane_cells_unknown_runs', 'unknownRuns', 'Workflows that have written to the cell and that the database does not know'],
  ['cellplane_cells_instances_that_differ', 'instancesThatDiffer', 'Instances of which a difference between cell and database is told'],
];

/** By the cell's key. */
export function reconcileGauges(db: Database): Extract<Gauge, { label: string }>[] {
  const count = async (of: CountName) => byKey(db, await selectPassCounts(db, of));
  return [
    ...COUNTS.map(([name, of, help]) => ({ name, help, label: 'cell', read: () => count(of) })),
    {
      name: 'cellplane_cells_comparison_seconds',
      help: 'How long the last comparison with the cell took',
      label: 'cell',
      read: async () => Object.fromEntries(Object.entries(await count('took')).map(([key, ms]) => [key, ms / 1_000])),
    },
    {
      name: 'cellplane_cells_comparison_age_seconds',
      help: 'Seconds since the end of the last comparison with the cell that came to its end',
      label: 'cell',
      read: async () => byKey(db, await selectPassAges(db)),
    },
  ];
}

/** Numbers by the id of a cell as numbers by its key. */
async function byKey(db: Database, numbers: Map<string, number>): Promise<Record<string, number>> {
  const cells = await selectCells(db);
  return Object.fromEntries(
    cells.flatMap(({ id, key }) => {
      const number = numbers.get(id);
      return number === undefined ? [] : [[key, number]];
    }),
  );
}
