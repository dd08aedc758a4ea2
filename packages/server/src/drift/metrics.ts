/** What a monitor should watch: how much has drifted, and what it costs to know. */
import type { Database } from '../database/database.js';
import type { Gauge } from '../room.js';
import { DRIFT_STATES } from './drift.js';
import { countByState } from './drift-store.js';
import { selectDriftAges, selectDriftCounts } from './pass-store.js';

export function driftGauges(db: Database): Gauge[] {
  return [
    {
      name: 'cellplane_drift_fields',
      help: 'Fields of instances’ objects that others have changed, by state; reverted ones are kept for 30 days',
      label: 'state',
      read: async () => ({ ...Object.fromEntries(DRIFT_STATES.map((state) => [state, 0])), ...(await countByState(db)) }),
    },
    {
      name: 'cellplane_drift_requests',
      help: 'Requests that the last drift pass sent to the cell',
      label: 'cell',
      read: () => selectDriftCounts(db, 'requests'),
    },
    {
      name: 'cellplane_drift_looked_objects',
      help: 'Objects that the last drift pass had to look at one by one',
      label: 'cell',
      read: () => selectDriftCounts(db, 'looked'),
    },
    {
      name: 'cellplane_drift_troubled_objects',
      help: 'Objects of which the last drift pass could not tell whether they have drifted',
      label: 'cell',
      read: () => selectDriftCounts(db, 'troubled'),
    },
    {
      name: 'cellplane_drift_pass_age_seconds',
      help: 'Seconds since the end of the last drift pass over the cell that came to its end',
      label: 'cell',
      read: () => selectDriftAges(db),
    },
  ];
}
