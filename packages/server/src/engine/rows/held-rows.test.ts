/** A row that somebody holds holds up one run: whatever many runs share passes over it, or waits for it hardly at all. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { silentLogger } from '../../log.js';
import { abandonRuns, claimRuns, releaseRuns } from './claims.js';
import { describeRun } from '../describe-run.js';
import { Bench, fakeCell, newRun, SEALER, until } from '../engine.testing.js';
import type { NewRun, RunEnded, Stage } from '../model.js';
import { leaseCells, releaseCells } from '../watch/cell-leases.js';
import { writeCommits } from './write-commits.js';

// Fewer connections than rows are held below: a row that is held must not take one away.
const database = await testDatabase({ poolSize: 4 });
// However slow the machine is, a row is held as long as a test says.
const holder = await openDatabase({ url: database.url }, { log: silentLogger, poolSize: 2, idleInTransactionMs: 60_000 });
afterAll(() => holder.close());
const { db } = database;
let bench = new Bench(database, fakeCell());
const { workflow: _workflow, ...plain } = newRun();

beforeAll(async () => {
  await sql`create table subjects (id text primary key)`.execute(db);
});

afterEach(async () => {
  await bench.stop();
  await sql`delete from runs`.execute(db);
  await sql`delete from subjects`.execute(db);
  bench = new Bench(database, fakeCell());
});

/** Does the work while a transaction of somebody else holds these rows. */
async function whileHeld(
  rows: { table: 'runs' | 'subjects' | 'cell_watchers' | 'run_tasks'; column: string; of: string[] },
  work: () => Promise<void>,
) {
  await transaction(holder.db, async (tx) => {
    await sql`select 1 from ${sql.table(rows.table)} where ${sql.ref(rows.column)} = any(${rows.of}) for update`.execute(tx);
    await work();
  });
}

/** Runs of one stage that goes on when it is told so. */
function gated() {
  const gate = { open: false };
  const stage: Stage = {
    name: 'wait',
    title: 'Wait',
    run: () => Promise.resolve(gate.open ? { done: true } : { wait: { for: 'the test', lookAgainInMs: 20 } }),
  };
  const make = async (count: number): Promise<NewRun[]> => {
    const runs: NewRun[] = [];
    for (let index = 0; index < count; index++)
      runs.push(await bench.insert({ ...plain, id: `${plain.id}-${index}`, subject: `subject-${index}`, before: ['wait'] }));
    for (const run of runs)
      await until(async () => (await describeRun({ db: holder.db, sealer: SEALER }, run.id))?.waitingFor, `${run.id} to wait`);
    return runs;
  };
  return { gate, stage, make };
}

/** What the instances' room does: the run's subject is locked in the transaction that ends the run. */
const lockSubject: RunEnded = async (tx, { run }) => {
  await sql`insert into subjects (id) values (${run.subject}) on conflict do nothing`.execute(tx);
  await sql`select 1 from subjects where id = ${run.subject} for update`.execute(tx);
};

/** Waits until the run's lease was renewed so often. */
async function renewals(id: string, count: number): Promise<void> {
  const lease = async () =>
    (
      await sql<{ until: Date | null }>`select lease_until as until from runs where id = ${id}`.execute(holder.db)
    ).rows[0]?.until?.getTime();
  for (let times = 0; times < count; times++) {
    const last = await lease();
    await until(async () => (await lease()) !== last || undefined, 'a renewal');
  }
}

async function began(work: () => Promise<unknown>): Promise<number> {
  const at = performance.now();
  await work();
  return performance.now() - at;
}

describe('a row that the domain needs at the end of a run', () => {
  it('held by somebody, holds up the end of its own run only', async () => {
    const { gate, stage, make } = gated();
    await bench.start({ stages: [stage], onRunEnded: lockSubject });
    const runs = await make(12);
    const [held, ...free] = runs as [NewRun, ...NewRun[]];
    await sql`insert into subjects (id) values (${held.subject})`.execute(db);
    await whileHeld({ table: 'subjects', column: 'id', of: [held.subject] }, async () => {
      gate.open = true;
      const took = await began(() => Promise.all(free.map((run) => bench.end(run.id, 10_000))));
      // Somebody's lock is waited for 15 s by whoever waits for it.
      expect(took).toBeLessThan(12_000);
      expect(await bench.row(held.id)).toMatchObject({ phase: 'Running' });
      // Longer than a lease: the run stays ours all the while.
      const { fence } = await bench.row(held.id);
      await renewals(held.id, 4);
      expect(await bench.row(held.id)).toMatchObject({ phase: 'Running', fence });
    });
    expect(await bench.end(held.id)).toMatchObject({ phase: 'Succeeded' });
  }, 30_000);

  it('more of them than there are connections hold up their own runs only', async () => {
    const { gate, stage, make } = gated();
    await bench.start({ stages: [stage], onRunEnded: lockSubject });
    const runs = await make(16);
    const [held, free] = [runs.slice(0, 8), runs.slice(8)];
    for (const { subject } of held) await sql`insert into subjects (id) values (${subject})`.execute(db);
    await whileHeld({ table: 'subjects', column: 'id', of: held.map((run) => run.subject) }, async () => {
      gate.open = true;
      const took = await began(() => Promise.all(free.map((run) => bench.end(run.id, 10_000))));
      expect(took).toBeLessThan(12_000);
    });
    for (const run of held) expect(await bench.end(run.id, 5_000)).toMatchObject({ phase: 'Succeeded' });
  }, 30_000);
});

describe('rows of runs', () => {
  it('more of them than there are connections: others keep their leases, and end', async () => {
    const { gate, stage, make } = gated();
    await bench.start({ stages: [stage] });
    const runs = await make(12);
    const [held, free] = [runs.slice(0, 8), runs.slice(8)];
    await whileHeld({ table: 'runs', column: 'id', of: held.map((run) => run.id) }, async () => {
      // Past the end of a lease that is not renewed.
      for (const { id } of free.slice(0, 1)) await renewals(id, 4);
      gate.open = true;
      for (const run of free) expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded', fence: 1 });
    });
    for (const run of held) expect(await bench.end(run.id, 8_000)).toMatchObject({ phase: 'Succeeded' });
  }, 40_000);

  it('are passed over where many are let go, and by the end of the process', async () => {
    const runs = [await bench.insert({ ...plain, id: `${plain.id}-a` }), await bench.insert({ ...plain, id: `${plain.id}-b` })];
    const [held, free] = runs.map((run) => run.id) as [string, string];
    await claimRuns(db, 'me', [held, free]);
    await whileHeld({ table: 'runs', column: 'id', of: [held] }, async () => {
      const release = (id: string) => ({ id, fence: 1, wakeSeq: 0, dueAt: null });
      const took = await began(async () => expect(await releaseRuns(db, 'me', [release(held), release(free)])).toEqual([false, true]));
      await sql`update runs set owner = 'me' where id = ${free}`.execute(db);
      const left = await began(() => abandonRuns(db, 'me', []));
      expect(Math.max(took, left)).toBeLessThan(12_000);
      expect(await bench.row(free)).toMatchObject({ owner: null });
    });
  });

  it('a held row of a task fails the statement soon, so that each run of it is tried for itself', async () => {
    const runs = [await bench.insert({ ...plain, id: `${plain.id}-a` }), await bench.insert({ ...plain, id: `${plain.id}-b` })];
    const [held, free] = runs.map((run) => run.id) as [string, string];
    await claimRuns(db, 'me', [held, free]);
    const commit = (runId: string, phase: 'Pending' | 'Running') => ({
      runId,
      fence: 1,
      cellId: 'cell-1',
      tasks: [{ nodeId: 'n', node: { id: 'n', task: 'n', template: 'n', type: 'DAG' as const, phase, message: '' }, watch: null }],
      stages: [],
      events: [],
    });
    await writeCommits(db, 'me', [commit(held, 'Pending'), commit(free, 'Pending')]);
    await whileHeld({ table: 'run_tasks', column: 'run_id', of: [held] }, async () => {
      const took = await began(() =>
        expect(writeCommits(db, 'me', [commit(held, 'Running'), commit(free, 'Running')])).rejects.toMatchObject({ code: '55P03' }),
      );
      expect(took).toBeLessThan(12_000);
      expect(await writeCommits(db, 'me', [commit(free, 'Running')])).not.toEqual([undefined]);
    });
  });
});

describe('a process that is suspended in a transaction', () => {
  it('lets its rows go after 10 s: others carry its run on', async () => {
    const { gate, stage, make } = gated();
    await bench.start({ stages: [stage] });
    const [run] = (await make(1)) as [NewRun];
    const suspended = await openDatabase({ url: database.url }, { log: silentLogger, poolSize: 1 });
    try {
      const held = transaction(suspended.db, async (tx) => {
        await sql`select 1 from runs where id = ${run.id} for update`.execute(tx);
        gate.open = true;
        expect(await bench.end(run.id, 20_000)).toMatchObject({ phase: 'Succeeded' });
        // The process wakes up, and learns that its transaction is over.
        await sql`select 1`.execute(tx);
      });
      await expect(held).rejects.toThrow(/connection error/);
    } finally {
      await suspended.close();
    }
  }, 40_000);
});

describe('the row of a cell’s watcher', () => {
  it('is passed over: other cells are leased and let go', async () => {
    expect(await leaseCells(db, 'me', ['held', 'free'])).toEqual(new Set(['held', 'free']));
    await whileHeld({ table: 'cell_watchers', column: 'cell_id', of: ['held'] }, async () => {
      const took = await began(async () => expect(await leaseCells(db, 'me', ['held', 'free', 'new'])).toEqual(new Set(['free', 'new'])));
      const left = await began(() => releaseCells(db, 'me'));
      expect(Math.max(took, left)).toBeLessThan(12_000);
    });
    expect(await leaseCells(db, 'another', ['held', 'free'])).toEqual(new Set(['free', 'new']));
    expect(await leaseCells(db, 'me', ['held', 'free'])).toEqual(new Set(['held']));
    await sql`delete from cell_watchers`.execute(db);
  });
});
