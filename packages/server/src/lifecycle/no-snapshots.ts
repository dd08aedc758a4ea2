import type { SnapshotPort } from './operation.js';

/** Instances without snapshots: nothing goes before a delete, nothing is told. */
export const noSnapshots: SnapshotPort = {
  stepsBeforeDelete: () => Promise.resolve([]),
  sysOfStep: () => Promise.resolve({}),
  secretsOfStep: () => Promise.resolve([]),
  stepEnded: () => Promise.resolve(),
  backupTimes: () => Promise.resolve(new Map()),
  operationEnded: () => Promise.resolve(),
};
