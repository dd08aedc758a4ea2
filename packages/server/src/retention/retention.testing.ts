/** History that is old, for tests of retention. */
import { type Database, sql } from '../database/database.js';
import { silentLogger } from '../log.js';
import { stageSets } from '../stages/stages.js';
import type { RetentionDeps } from './retention.js';
import { goRound } from './round.js';

/** Everything that has ended and been noted, and the deletes of instances, is so many days older; what is compared with cells, too. */
export async function age(db: Database, instanceId: string, days: number): Promise<void> {
  const by = sql`make_interval(days => ${days})`;
  await sql`update runs set created_at = created_at - ${by}, started_at = started_at - ${by}, finished_at = finished_at - ${by}
    where subject = ${instanceId} and finished_at is not null`.execute(db);
  await sql`update operations set created_at = created_at - ${by}, finished_at = finished_at - ${by}
    where instance_id = ${instanceId} and finished_at is not null`.execute(db);
  await sql`update instance_events set at = at - ${by} where instance_id = ${instanceId}`.execute(db);
  await sql`update snapshots set deleted_at = deleted_at - ${by} where source_instance_id = ${instanceId} and deleted_at is not null`.execute(
    db,
  );
  await sql`update instances set objects_until = objects_until - ${by}, deleted_at = deleted_at - ${by} where id = ${instanceId}`.execute(
    db,
  );
}

/** Retention of 14 days, 90 of PROD, 400 of what was deleted, that rests nowhere. */
export function retentionOf(db: Database, more: Partial<RetentionDeps> = {}): RetentionDeps {
  const actsAfter = stageSets.all.map((set) => set.actsAfter);
  const history = { usual: 14, of: { PROD: 90 } };
  return { db, log: silentLogger, history, deletedDays: 400, actsAfter, owner: 'test', pauseMs: 0, ...more };
}

/** A whole round, whenever the last one was. */
export async function round(deps: RetentionDeps): Promise<string> {
  return goRound(deps, { signal: new AbortController().signal, atMostMs: 600_000, everySeconds: 0 });
}
