/** What is said of a run that is not there: it may have been, and its time be over (docs/retention.md). */
import type { Database } from '../database/database.js';
import { DomainError, notFound } from '../errors.js';
import { selectHistorySince } from '../instances/past-instance-store.js';

/** Ids of runs name their instance. */
const INSTANCE_OF_RUN = /^submit-[a-z-]{1,40}-(instance-[a-z0-9]{1,40})-[a-z0-9]{1,20}$/;

/** The instance that the id of a run names; undefined: none. */
export function instanceOfRun(runId: string): string | undefined {
  return runId.length > 160 ? undefined : INSTANCE_OF_RUN.exec(runId)?.[1];
}

/** The error for a run of this instance, which the caller may see, that is not there. */
export async function runNotFound(db: Database, of: { what: string; runId: string; instanceId: string }): Promise<DomainError> {
  const { what, runId, instanceId } = of;
  const since = instanceOfRun(runId) === instanceId ? await selectHistorySince(db, instanceId) : null;
  if (since === null) return notFound(what, runId);
  return new DomainError(
    'not_found',
    'removed-by-retention',
    `There is no ${what} "${runId}" any more, if there was one: of ${instanceId}, what had ended by ${since.toISOString()} was removed when its days of history were over. Its provider sets them by CELLPLANE_HISTORY_DAYS.`,
  );
}
