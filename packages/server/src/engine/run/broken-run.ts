/**
 * Runs that this program cannot carry on: rows that cannot be opened (another master key, damaged data), or a step that throws
 * each time. Trying again rarely helps, so such a run waits: people see why and until when, it is
 * tried again now and then (a newer version of the program, or one with the right key, may claim it), and at its deadline, or when
 * a user terminates it, it ends.
 */
import { sql } from '../../database/database.js';
import type { Database } from '../../database/database.js';
import type { Journal } from '../rows/journal.js';
import type { Run } from '../model.js';
import { fixedPartsOf, type NewEvent, type RunRow } from '../rows/run-row.js';

/** Stands in `runs.code` while a run is set aside, and after it ended so. */
export const BROKEN = 'run-broken';

/** How often a run that was set aside is tried again. Milliseconds. */
const TRY_AGAIN_MS = 15_000;

/** Carried out in memory and failed: not the database's trouble, and not the lease's. */
export class RunBroken extends Error {
  override readonly name = 'RunBroken';
}

/**
 * Releases the run until it is tried again, with the reason in its row; past its deadline it ends as failed, with the domain's part.
 * Without effect if it is no longer owned with this fence.
 */
export async function setAside(
  deps: { db: Database; owner: string; journal: Journal; now: () => number },
  row: RunRow,
  reason: string,
): Promise<void> {
  const { db, owner, journal } = deps;
  const now = deps.now();
  const message = `this run cannot be carried on: ${reason}`;
  let shown = message;
  // A user wants it ended, or its time is over: a delete must not wait for a run that no process can carry on.
  const end =
    row.terminate !== null
      ? { phase: 'Terminated' as const, code: 'terminated', message: [row.terminate, message].filter((part) => part !== '').join('; ') }
      : now >= row.deadline_at.getTime()
        ? { phase: 'Failed' as const, code: BROKEN, message: `DeadlineExceeded: ${message}` }
        : undefined;
  if (end !== undefined) {
    const failure = await endBroken(journal, row, end, now).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (failure === undefined) return;
    shown = `${end.message}; and its end cannot be stored: ${failure}`;
  }
  await sql`
    update runs set owner = null, lease_until = null, code = ${BROKEN}, message = ${shown},
      due_at = now() + ${TRY_AGAIN_MS} * interval '1 millisecond'
    where id = ${row.id} and owner = ${owner} and fence = ${row.fence} and finished_at is null`.execute(db);
}

/** Ends a run by its row alone: nothing of what it holds is opened. */
export async function endBroken(
  journal: Journal,
  row: RunRow,
  end: { phase: 'Failed' | 'Terminated'; code: string; message: string },
  now: number,
  events: NewEvent[] = [],
): Promise<void> {
  const commit = {
    runId: row.id,
    fence: row.fence,
    cellId: row.cell_id,
    set: { ...end, finishedAt: now },
    tasks: [],
    stages: [],
    events,
  };
  const { phase, code, message } = end;
  await journal.end({ commit, ended: { run: { ...closedView(row, now), phase, message }, outcome: phase, message, code } });
}

/** The run as the domain sees it, without what is sealed. */
function closedView(row: RunRow, now: number): Run {
  return {
    ...fixedPartsOf(row),
    values: {},
    data: row.data,
    phase: 'Failed',
    message: row.message,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    finishedAt: new Date(now),
    deadlineAt: row.deadline_at,
    paused: row.paused,
    tasks: {},
    outputs: {},
  };
}
