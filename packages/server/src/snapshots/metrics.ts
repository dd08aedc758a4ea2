/** What a monitor should look at: backups and removals that fail, and instances without a good backup. */
import type { Database } from '../database/database.js';
import type { Gauge } from '../room.js';
import { countFailing } from './schedule-store.js';

export function snapshotGauges(db: Database): Gauge[] {
  return [
    {
      name: 'cellplane_backups_failing',
      help: 'Instances whose last automated backup failed',
      read: async () => (await countFailing(db)).backups,
    },
    {
      name: 'cellplane_instances_without_good_backup',
      help: 'Instances with a backup schedule that have no good backup, or none that is new enough',
      read: async () => (await countFailing(db)).withoutGood,
    },
    {
      name: 'cellplane_snapshot_removals_failing',
      help: 'Snapshots that could not be removed and are tried again',
      read: async () => (await countFailing(db)).removals,
    },
  ];
}
