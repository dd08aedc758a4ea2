import type { Sealer } from '../secrets/envelope.js';
import { type Database, sql } from '../database/database.js';
import { jsonb } from './rows/jsonb.js';
import type { Breakpoints, NewBreakpoint, NewRun } from './model.js';

/**
 * Writes a run, due at once, inside the caller's transaction: the run exists exactly if the caller's own rows do. (It is one
 * statement; who has nothing else to write needs no transaction.) After the commit the caller says `Engine.wake`, or `offerRun`
 * where no engine works; if it dies before, a sweep finds the run. No job is added here: adding and taking them was a third of
 * the database's work in creates, for runs that are mostly claimed at once by the process that made them.
 * Stage names must be known to the engine that carries it out; the id must be new.
 */
export async function insertRun(deps: { tx: Database; sealer: Sealer }, run: NewRun): Promise<void> {
  const sealed = deps.sealer.seal(JSON.stringify(run.values), run.id);
  await sql`/* prepared */
    insert into runs (id, kind, subject, org_id, cell_id, namespace, impersonate, field_manager, labels, objects_are_new, workflow, before, after, data, sealed_values, breakpoints, deadline_at)
    values (${run.id}, ${run.kind}, ${run.subject}, ${run.orgId}, ${run.cellId}, ${run.namespace}, ${run.impersonate ?? null}, ${run.fieldManager},
      ${jsonb(run.labels)}, ${run.objectsAreNew === true}, ${run.workflow === undefined ? null : jsonb(run.workflow)}, ${run.before}, ${run.after},
      ${jsonb(run.data)}, ${sealed}, ${run.breakpoints === undefined || run.breakpoints.length === 0 ? null : jsonb(pendingBreakpoints(run.breakpoints))}, now() + make_interval(secs => ${run.deadlineSeconds}))`.execute(
    deps.tx,
  );
}

/** As they are stored with a new run. */
export function pendingBreakpoints(wanted: readonly NewBreakpoint[]): Breakpoints {
  return Object.fromEntries(
    wanted.map(({ place, id, event }) => [place, { id, ...(event === undefined ? {} : { event }), status: 'Pending' as const }]),
  );
}
