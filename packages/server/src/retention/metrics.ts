/** What a monitor should watch: that old rows go, and that the round comes to its end. */
import type { Database } from '../database/database.js';
import type { Gauge } from '../room.js';
import { selectRemoved, selectRound } from './store.js';

export function retentionGauges(db: Database): Gauge[] {
  return [
    {
      name: 'cellplane_retention_removed_rows',
      help: 'Rows that retention has removed since the installation was made',
      label: 'kind',
      read: async () => Object.fromEntries((await selectRemoved(db)).map(({ kind, removed }) => [kind, removed])),
    },
    {
      name: 'cellplane_retention_lag_seconds',
      help: 'Seconds since the begin of the last round of retention that came to its end: so late may something be removed',
      read: async () => (await selectRound(db))?.lagSeconds ?? 0,
    },
    {
      name: 'cellplane_retention_left_runs',
      help: 'Runs that the last round had to leave although their time was over, because somebody held their instance',
      read: async () => (await selectRound(db))?.leftOver ?? 0,
    },
  ];
}
