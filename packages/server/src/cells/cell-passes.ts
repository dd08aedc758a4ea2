/**
 * Passes over cells, again and again: one copy of the program at a cell, each cell at its own pace. Which cells are due, and what a pass
 * does, is the caller's; that no two copies work on a cell, and that each pass ends, is this file's.
 */
import { randomUUID } from 'node:crypto';
import { keepLease, Lease } from '../database/lease.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';

export interface CellPassKind<P extends { cellId: string }> {
  /** Word for the log: `reconcile`, `drift`. */
  name: string;
  /** How long a copy holds a cell without renewing its lease. Milliseconds. */
  leaseMs: number;
  /** A pass that takes longer is given up. Milliseconds. */
  longestMs: number;
  /** Takes the cells that are due and that nobody works on, but for these. */
  claim(owner: string, except: string[]): Promise<P[]>;
  /** Answers false if the cell is not ours any more. */
  renew(owner: string, cellId: string): Promise<boolean>;
  /** Does the pass, and stores what came of it. Rejects when the signal aborts. */
  carryOut(pass: P, owner: string, signal: AbortSignal): Promise<void>;
  /** Stores that the pass did not come to its end. */
  fail(owner: string, cellId: string, message: string): Promise<void>;
}

export interface CellPasses {
  /** Begins the passes that are due and does not wait for them. */
  tick(): Promise<void>;
  /** Resolves when no pass is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export function createCellPasses<P extends { cellId: string }>(kind: CellPassKind<P>, log: Logger): CellPasses {
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  return {
    tick: async () => {
      const sentAt = performance.now();
      for (const pass of await kind.claim(owner, [...running.keys()]))
        running.set(
          pass.cellId,
          carryOut(kind, log, { pass, owner, sentAt }, stopping.signal).finally(() => running.delete(pass.cellId)),
        );
    },
    idle: async () => void (await Promise.all(running.values())),
    stop: async () => {
      stopping.abort(new Error('the program stops'));
      await Promise.all(running.values());
    },
  };
}

/** Never rejects: what went wrong is stored, and the next pass comes. */
async function carryOut<P extends { cellId: string }>(
  { name, leaseMs, longestMs, ...kind }: CellPassKind<P>,
  log: Logger,
  { pass, owner, sentAt }: { pass: P; owner: string; sentAt: number },
  stop: AbortSignal,
): Promise<void> {
  const { cellId } = pass;
  const monotonic = () => performance.now();
  const lease = new Lease({ what: `the ${name} pass over cell ${cellId}`, ms: leaseMs, sentAt, monotonic });
  const letGo = keepLease(lease, {
    everyMs: leaseMs / 3,
    giveUpMs: 0,
    monotonic,
    renew: () => kind.renew(owner, cellId),
    onTrouble: (error) => log.warn({ cell: cellId, error: messageOf(error) }, `the lease of a ${name} pass could not be renewed`),
  });
  try {
    await kind.carryOut(pass, owner, AbortSignal.any([stop, lease.signal, AbortSignal.timeout(longestMs)]));
  } catch (error) {
    const message = messageOf(error);
    if (!stop.aborted) log.warn({ cell: cellId, error: message }, `a ${name} pass over a cell did not come to its end`);
    await kind
      .fail(owner, cellId, message)
      .catch((failure: unknown) =>
        log.warn({ cell: cellId, error: messageOf(failure) }, `the end of a ${name} pass could not be stored; its lease runs out`),
      );
  } finally {
    letGo();
  }
}
