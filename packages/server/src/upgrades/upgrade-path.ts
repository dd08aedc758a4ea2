/**
 * Upgrade paths: the words of their rows, and what they mean.
 *
 *   SCHEDULED ──its time──▶ IN_PROGRESS ──all instances are over──▶ COMPLETE, or FAILED if one has failed
 *   PENDING   ──at once───▶      │ ▲
 *                                ▼ │ resume
 *                              PAUSED ──a day──▶ CANCELLED
 *
 * A halt is a pause that nobody asked for: too many instances of a wave have failed, or a gate says no. CANCELLED is reached from every
 * open status. Upgrades that have begun go on whatever becomes of their path, and are counted when they end.
 */

export const PATH_STATUSES = ['SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED', 'COMPLETE', 'FAILED', 'CANCELLED'] as const;
export type PathStatus = (typeof PATH_STATUSES)[number];

/** Statuses of paths that may still do something. */
export const OPEN_STATUSES: readonly PathStatus[] = ['SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED'];

export const PATH_TYPES = ['Major', 'Incremental', 'UserDefined'] as const;
export type PathType = (typeof PATH_TYPES)[number];

export const PATH_ACTIONS = ['pause', 'resume', 'cancel', 'notify-customer', 'skip-instances'] as const;
export type PathAction = (typeof PATH_ACTIONS)[number];

/** Of one instance in a path. The wire has SCHEDULED and PAUSED beside them: PENDING in a path that is. */
export const UPGRADE_STATUSES = ['PENDING', 'IN_PROGRESS', 'COMPLETE', 'FAILED', 'SKIPPED', 'CANCELLED'] as const;
export type UpgradeStatus = (typeof UPGRADE_STATUSES)[number];

/** What the wire says of an instance in a path: one that waits is as its path is. */
export function shownStatus(path: PathStatus, status: UpgradeStatus): string {
  if (status !== 'PENDING') return status;
  return path === 'SCHEDULED' || path === 'PAUSED' ? path : status;
}

/** How far a failed instance has been brought back to the version that it had. */
export const ROLLBACK_STATUSES = ['WANTED', 'IN_PROGRESS', 'COMPLETE', 'FAILED'] as const;
export type RollbackStatus = (typeof ROLLBACK_STATUSES)[number];

/** What the customer of an instance is yet to be mailed. */
export const UPGRADE_LETTERS = ['SCHEDULED', 'COMPLETED', 'CANCELLED'] as const;
export type UpgradeLetter = (typeof UPGRADE_LETTERS)[number];

/** A paused path is cancelled after so many hours. */
export const PAUSED_AT_MOST_HOURS = 24;

export const MOST_CONCURRENT = 25;
/** Where the request does not say. */
export const USUAL_CONCURRENT = 5;

/** Instances of a path, or of one of its waves, by what has become of them. */
export type Counts = Record<UpgradeStatus, number>;

/** Nothing of anything. */
export function noCounts(): Counts {
  return { PENDING: 0, IN_PROGRESS: 0, COMPLETE: 0, FAILED: 0, SKIPPED: 0, CANCELLED: 0 };
}

/** All of them together. */
export function totalOf(counts: Counts): number {
  return UPGRADE_STATUSES.reduce((sum, status) => sum + counts[status], 0);
}
