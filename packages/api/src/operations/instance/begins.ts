/** Where operations on an instance at rest begin: one rule for the server, which decides, and for pages, which say why not before. Pure. */

/**
 * Statuses where each may begin while nothing else goes on. DEPLOYING without an operation is a row that was inserted, or revived, just
 * now. FAILED is how the last operation ended, not how the product is: what acts on something that is whole may be tried there as well.
 */
const BEGINS = {
  create: ['DEPLOYING'],
  modify: ['RUNNING', 'FAILED'],
  upgrade: ['RUNNING', 'FAILED'],
  delete: ['DEPLOYING', 'RUNNING', 'FAILED', 'STOPPED'],
  start: ['STOPPED', 'FAILED'],
  stop: ['RUNNING', 'FAILED'],
  restart: ['RUNNING', 'FAILED'],
  addCapacity: ['RUNNING', 'FAILED'],
  removeCapacity: ['RUNNING', 'FAILED'],
  failover: ['RUNNING', 'FAILED'],
  // Stopped: the plan's workflow wakes it, and it is stopped again after.
  backup: ['RUNNING', 'STOPPED', 'FAILED'],
  // Into a new row, or into the row of a source that is gone.
  restore: ['DEPLOYING', 'DELETED'],
  deleteBackup: ['RUNNING', 'STOPPED', 'FAILED', 'DELETED'],
  custom: ['RUNNING', 'FAILED'],
  retry: ['RUNNING', 'STOPPED', 'FAILED'],
} satisfies Record<string, readonly string[]>;

export type RestingVerb = keyof typeof BEGINS;

/** What a failed instance lacks: it was never made, never got the data that it was to be restored from, or a delete has taken a part. */
export type Incomplete = 'NEVER_RAN' | 'NEVER_RESTORED' | 'BEING_TAKEN_DOWN';

/**
 * What acts on something that is whole. Of an instance whose create or restore failed they would find a part, and call it RUNNING
 * without its outputs and endpoints; a retry makes the rest, a modify all of it anew.
 */
const NEEDS_WHOLE: readonly RestingVerb[] = ['start', 'stop', 'restart', 'addCapacity', 'removeCapacity', 'failover', 'backup', 'custom'];
/** What would make an instance without the data that was to be restored into it, and call it RUNNING. */
const MAKES_EMPTY: readonly RestingVerb[] = ['modify', 'upgrade'];
/** What a delete that has begun to take the instance down leaves possible; the rest would make anew, and empty, what it has removed. */
const AFTER_TAKING_DOWN: readonly RestingVerb[] = ['delete', 'retry', 'restore', 'deleteBackup'];

/** As the row of an instance says it. */
export function incompleteOf(instance: {
  status: string;
  everRan: boolean;
  toRestore?: boolean;
  takingDown?: boolean;
}): Incomplete | undefined {
  if (instance.takingDown === true) return 'BEING_TAKEN_DOWN';
  if (instance.status !== 'FAILED' || instance.everRan) return undefined;
  return instance.toRestore === true ? 'NEVER_RESTORED' : 'NEVER_RAN';
}

/** What speaks against an operation on an instance on which nothing else goes on; undefined: nothing does. */
export function againstBegin(
  status: string,
  incomplete: Incomplete | undefined,
  verb: RestingVerb,
): Incomplete | 'WRONG_STATUS' | undefined {
  if (incomplete === 'BEING_TAKEN_DOWN' && !AFTER_TAKING_DOWN.includes(verb)) return incomplete;
  if (incomplete === 'NEVER_RESTORED' && [...NEEDS_WHOLE, ...MAKES_EMPTY].includes(verb)) return incomplete;
  if (incomplete === 'NEVER_RAN' && NEEDS_WHOLE.includes(verb)) return incomplete;
  return statusesFor(verb).includes(status) ? undefined : 'WRONG_STATUS';
}

/** Statuses that people can bring about or wait for, so that it may begin; none: it makes an instance. */
export function neededStatuses(verb: RestingVerb): readonly string[] {
  return statusesFor(verb).filter((status) => status !== 'DEPLOYING' && status !== 'DELETED');
}

function statusesFor(verb: RestingVerb): readonly string[] {
  return BEGINS[verb];
}
