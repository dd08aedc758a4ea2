/**
 * The arbiter over real rows: several processes ask for everything at once while runs end, in any order that PostgreSQL makes of
 * it. No engine works here: a run's end is what the journal does, its own row first, then what instances make of it.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import type { EndedRun, Run } from '../engine/model.js';
import { DomainError } from '../errors.js';
import { silentLogger } from '../log.js';
import type { OperationRequest } from './arbiter.js';
import { REQUESTS } from './arbiter-table.js';
import { askArbiter, beginOperation } from './begin-operation.js';
import { controlOperation } from './requests/control-operation.js';
import { deleteInstance } from './requests/delete-instance.js';
import { endOperation } from './end-operation.js';
import { everyVerb } from './every-verb.testing.js';
import { openWorld } from './life.testing.js';
import { noSnapshots } from './snapshot-port.js';
import type { Step } from './operation.js';
import type { InstanceDeps } from './run-context.js';
import { lockInstance, selectInstance, setDeletionProtection } from '../instances/store.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openWorld(database);
// Rows only: nothing may carry the runs out.
await world.engine.stop();
const offered = await world.offer(everyVerb({ without: ['restart'] }));

/** Three processes, each with connections of its own. */
const others = await Promise.all(
  [1, 2].map(() => openDatabase({ url: database.url }, { log: silentLogger, poolSize: 5, deadlineMs: 5_000 })),
);
afterAll(async () => {
  await world.deps.charts.stop();
  for (const other of others) await other.close();
});
const snapshots: InstanceDeps['snapshots'] = {
  ...noSnapshots,
  stepsBeforeDelete: (_tx, { instance, skipFinalSnapshot }) =>
    Promise.resolve(
      skipFinalSnapshot ? [] : [{ verb: 'backup', resourceKey: instance.resourceKey, snapshotId: 'instance-ss-1' } satisfies Step],
    ),
};
const processes: InstanceDeps[] = [database, ...others].map(({ db }) => ({ ...world.deps, db, snapshots, wake: () => undefined }));

interface OpenRun {
  id: string;
  subject: string;
  data: Run['data'];
  terminate: string | null;
}

const openRuns = async (db: Database, id: string): Promise<OpenRun[]> =>
  (await sql<OpenRun>`select id, subject, data, terminate from runs where subject = ${id} and finished_at is null order by id`.execute(db))
    .rows;

/** Ends a run as the journal does: the instance's row is locked before the run's. A run that somebody asked to end does not succeed. */
async function endRun(deps: InstanceDeps, { id, subject, data }: OpenRun, succeeds: boolean): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await lockInstance(tx, subject);
    const { rows } = await sql<{ terminate: string | null }>`
      update runs set finished_at = now(), phase = case when terminate is not null then 'Terminated' when ${succeeds} then 'Succeeded' else 'Failed' end
      where id = ${id} and finished_at is null returning terminate`.execute(tx);
    const row = rows[0];
    if (row === undefined) return;
    const outcome = row.terminate !== null ? 'Terminated' : succeeds ? 'Succeeded' : 'Failed';
    const run = { id, subject, data, outputs: {}, tasks: {} } as unknown as Run;
    await endOperation(deps, tx, { run, outcome, message: 'as the test wants it', code: 'test' } satisfies EndedRun);
  });
}

type Move =
  | { move: 'ask'; request: OperationRequest; process: number }
  | { move: 'end'; succeeds: boolean; process: number }
  | { move: 'terminate' | 'retry'; process: number };

/** What was refused or must wait is an answer; everything else is a fault of ours. */
async function make(id: string, move: Move): Promise<'delete' | undefined> {
  const deps = processes[move.process];
  if (deps === undefined) throw new Error('there is no such process');
  try {
    if (move.move === 'end') {
      for (const run of await openRuns(deps.db, id)) await endRun(deps, run, move.succeeds);
    } else if (move.move === 'ask') {
      const { kind } = move.request;
      if (kind === 'retry') return undefined;
      if (kind === 'delete') {
        await deleteInstance(deps, world.caller, { instanceId: id });
        return 'delete';
      }
      await transaction(deps.db, async (tx) => {
        const instance = await lockInstance(tx, id);
        if (instance === undefined) throw new Error('the row is gone');
        if (move.request.trigger === 'schedule' && (await askArbiter(tx, instance, move.request)).verdict !== 'run') return;
        await beginOperation(deps, tx, { instance, ...move.request, kind, by: world.caller.userId, customVerb: 'repair' });
      });
    } else {
      const { rows } = await sql<{ run_id: string | null }>`
        select run_id from operations where instance_id = ${id} order by created_at desc limit 1`.execute(deps.db);
      const runId = rows[0]?.run_id;
      if (runId !== null && runId !== undefined) await controlOperation(deps, { runId, control: move.move });
    }
  } catch (error) {
    if (!(error instanceof DomainError) || !['invalid_state', 'not_found'].includes(error.kind)) throw error;
  }
  return undefined;
}

async function open(db: Database, id: string): Promise<{ kind: string; status: string }[]> {
  const { rows } = await sql<{ kind: string; status: string }>`
    select kind, status from operations where instance_id = ${id} and status in ('running', 'waiting')`.execute(db);
  return rows;
}

const process = fc.integer({ min: 0, max: processes.length - 1 });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ move: fc.constant('ask' as const), request: fc.constantFrom(...REQUESTS.map((one) => one.request)), process }),
  },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('end' as const), succeeds: fc.boolean(), process }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constantFrom('terminate' as const, 'retry' as const), process }) },
);

describe('a second delete', () => {
  const first = processes[0] ?? world.deps;
  const endAll = async (id: string) => {
    for (const run of await openRuns(database.db, id)) await endRun(first, run, true);
  };
  const kinds = async (id: string) =>
    (await sql<{ kind: string }>`select kind from runs where subject = ${id} order by created_at`.execute(database.db)).rows.map(
      (row) => row.kind,
    );

  it('of one that waits adds what is to be skipped', async () => {
    const id = await world.create(offered);
    await deleteInstance(first, world.caller, { instanceId: id, skipSnapshotCleanup: true });
    await deleteInstance(first, world.caller, { instanceId: id, skipFinalSnapshot: true });
    const { rows } = await sql`
      select skip_final_snapshot as final, skip_snapshot_cleanup as cleanup from operations where instance_id = ${id} and kind = 'delete'`.execute(
      database.db,
    );
    expect(rows).toEqual([{ final: true, cleanup: true }]);
    await endAll(id);
    expect(await kinds(id)).toEqual(['create', 'delete']);
  });

  it('of one that has begun cannot skip what is left of it, and says so; anything else is the same delete', async () => {
    const id = await world.create(offered);
    await endAll(id);
    const { runId } = await deleteInstance(first, world.caller, { instanceId: id });
    await expect(deleteInstance(first, world.caller, { instanceId: id, skipFinalSnapshot: true })).rejects.toMatchObject({
      code: 'delete-has-begun',
      message: `${id} is being deleted, and its last backup is part of that. End this delete first (cellplane workflow terminate ${runId}), then delete with skipFinalSnapshot.`,
    });
    expect(await deleteInstance(first, world.caller, { instanceId: id, skipSnapshotCleanup: true })).toEqual({ runId });
    await endAll(id);
    // The last backup is taken: there is nothing left to skip.
    const [down] = await openRuns(database.db, id);
    expect(await deleteInstance(first, world.caller, { instanceId: id, skipFinalSnapshot: true })).toEqual({ runId: down?.id });
  });
});

describe('a delete', () => {
  it('of what was protected a moment ago is refused', async () => {
    const [first, other] = processes;
    if (first === undefined || other === undefined) throw new Error('there are three processes');
    const id = await world.create(offered);
    for (const run of await openRuns(database.db, id)) await endRun(first, run, true);
    const deleted = await transaction(other.db, async (tx) => {
      await lockInstance(tx, id);
      const asked = deleteInstance(first, world.caller, { instanceId: id }).catch((error: unknown) => error);
      await until(async () => {
        const { rows } = await sql`
          select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(other.db);
        return rows.length > 0 || undefined;
      }, 'the delete to wait for the row');
      await setDeletionProtection(tx, id, true);
      return { asked };
    });
    expect(await deleted.asked).toMatchObject({ code: 'deletion-protected' });
    expect(await selectInstance(first.db, id)).toMatchObject({ status: 'RUNNING', deletionProtection: true });
  });
});

describe('three processes that ask for everything at once', () => {
  it('never double, lose a delete, leave anything waiting, or lock each other out', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(move, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 }), async (rounds) => {
        const id = await world.create(offered);
        let deletes = 0;
        for (const round of rounds) {
          // All of a round at once.
          const answers = await Promise.all(round.map((one) => make(id, one)));
          deletes += answers.filter((answer) => answer === 'delete').length;
          const now = await open(database.db, id);
          const runs = await openRuns(database.db, id);
          expect(now.filter(({ status }) => status === 'running').length).toBeLessThanOrEqual(1);
          // One run for the one that runs; what waits, waits behind it.
          expect(runs).toHaveLength(now.filter(({ status }) => status === 'running').length);
          const waits = now.some(({ status }) => status === 'waiting');
          expect(!waits || now.length === 2).toBe(true);
        }
        // Whatever is left comes to its end: a delete that waits, then its steps.
        for (let left = 12; (await open(database.db, id)).length > 0; left--) {
          expect(left).toBeGreaterThan(0);
          const first = processes[0] ?? world.deps;
          for (const run of await openRuns(database.db, id)) await endRun(first, run, true);
        }
        const { rows } = await sql<{ kind: string; status: string }>`
          select kind, status from operations where instance_id = ${id} and kind in ('delete', 'restore') order by finished_at`.execute(
          database.db,
        );
        const row = await selectInstance(database.db, id);
        // A delete that was taken is a row, and each ended in one way or another.
        expect(rows.some(({ kind }) => kind === 'delete')).toBe(deletes > 0);
        // What is gone is deleted once, until a restore brings it back.
        const turns = rows.filter(({ kind, status }) => kind === 'restore' || status === 'succeeded').map(({ kind }) => kind);
        expect(turns.filter((kind, at) => kind === 'delete' && turns[at - 1] === 'delete')).toEqual([]);
        expect(row?.status === 'DELETED').toBe(turns.at(-1) === 'delete');
        expect(['RUNNING', 'STOPPED', 'FAILED', 'DELETED']).toContain(row?.status);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
