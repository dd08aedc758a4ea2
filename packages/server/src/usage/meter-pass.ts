/** One pass over a cell: what its instances have used since the pass before. It only reads; nothing in the cell is changed. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import { costOf } from '@cellplane/plan/price';
import { databaseTime } from '../database/clock.js';
import { type Database, transaction } from '../database/database.js';
import { usedByDay } from './accrue.js';
import { type MeteredInstance, meteredInstances } from './metered-store.js';
import { finishUsage } from './pass-store.js';
import { seeUse, type SeenUse } from './see-use.js';
import { addUsage, type UsedOnDay } from './usage-store.js';

export interface MeterPass {
  cellId: string;
  /** Until when the use of the cell is counted. */
  countedUntil: Date;
  owner: string;
  intervalMs: number;
}

/** Rows of one statement. */
const BATCH = 500;

/**
 * Adds what was used, and notes until when it is counted, in one transaction: a pass that is killed has counted nothing, and the next one
 * counts from where the last one ended. Rejects with `ApiError` where the cell does not answer.
 */
export async function meterPass(db: Database, client: KubernetesClient, pass: MeterPass, signal: AbortSignal): Promise<void> {
  const instances = await meteredInstances(db, pass.cellId);
  const now = await databaseTime(db);
  const looked = {
    namespaces: new Set(instances.map(({ namespace }) => namespace)),
    onlyBilled: instances.every(({ byLabel }) => byLabel),
  };
  const seen = instances.length === 0 ? new Map<string, SeenUse[]>() : await seeUse(client, looked, signal);
  const rows = rowsOf(instances, seen, { from: pass.countedUntil, to: now });
  signal.throwIfAborted();
  await transaction(db, async (tx) => {
    if (!(await finishUsage(tx, pass.owner, pass.cellId, { intervalMs: pass.intervalMs, countedUntil: now })))
      throw new Error('another process counts the use of this cell now');
    for (let at = 0; at < rows.length; at += BATCH) await addUsage(tx, rows.slice(at, at + BATCH));
  });
}

/** Pure. */
export function rowsOf(
  instances: readonly MeteredInstance[],
  seen: ReadonlyMap<string, readonly SeenUse[]>,
  { from, to }: { from: Date; to: Date },
): UsedOnDay[] {
  const sharing = new Map<string, number>();
  for (const { namespace } of instances) sharing.set(namespace, (sharing.get(namespace) ?? 0) + 1);
  return instances.flatMap(({ byLabel, prices, namespace, createdAt, ...instance }) => {
    const isShared = (sharing.get(namespace) ?? 0) > 1;
    const own = (seen.get(namespace) ?? []).filter(
      ({ billed, labels }) => (billed || !byLabel) && (!isShared || Object.values(labels).includes(instance.id)),
    );
    // What ran before its instance was there is nobody's.
    const days = usedByDay(own, new Date(Math.max(from.getTime(), createdAt.getTime())), to);
    return [...days].map(([day, used]) => ({ ...instance, instanceId: instance.id, day, used, cost: costOf(prices, used) ?? null }));
  });
}
