import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { claimRuns, dueRuns, releaseRuns, renewLeases } from './rows/claims.js';
import { describeRun } from './describe-run.js';
import { Bench, DATABASE, fakeCell, HEALTHY, newRun, SEALER, template, until, workflow } from './engine.testing.js';
import { insertRun } from './insert-run.js';
import { wakeRun } from './wake-up.js';
import { migrateJobQueue } from './wake-up-jobs.js';
import { silentLogger } from '../log.js';
import { writeCommits } from './rows/write-commits.js';
import type { Stage } from './model.js';
import { storeObservations } from './watch/observations.js';

const database = await testDatabase({ poolSize: 30 });
const { db } = database;
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  await sql`delete from runs`.execute(db);
  bench = new Bench(database, fakeCell());
});

/** As if the lease's 3 s had passed. */
async function expire(): Promise<void> {
  await sql`update runs set lease_until = now() - interval '1 second' where owner is not null`.execute(db);
  await sql`update cell_watchers set lease_until = now() - interval '1 second'`.execute(db);
}

const event = { at: 0, type: 'WorkflowStepDebug' as const, step: 'x', message: 'written by an owner who is none any more' };

describe('the fence', () => {
  it('rejects every write of an owner whose run was taken over', async () => {
    const run = await bench.insert(newRun());
    const [mine] = await claimRuns(db, 'one', [run.id]);
    expect(mine?.row.fence).toBe(1);
    expect(await claimRuns(db, 'two', [run.id])).toEqual([]);
    await expire();
    const [theirs] = await claimRuns(db, 'two', [run.id]);
    expect(theirs).toMatchObject({ takenOver: true, row: { fence: 2 } });
    const commit = { runId: run.id, fence: 1, cellId: 'cell-1', set: { message: 'mine' }, tasks: [], stages: [], events: [event] };
    expect(await writeCommits(db, 'one', [commit])).toEqual([undefined]);
    expect(await renewLeases(db, 'one', [{ id: run.id, fence: 1 }])).toEqual(new Map());
    expect(await releaseRuns(db, 'one', [{ id: run.id, fence: 1, wakeSeq: 0, dueAt: null }])).toEqual([false]);
    expect(await bench.row(run.id)).toMatchObject({ message: '', owner: 'two' });
    const events = await sql`select 1 from run_events where run_id = ${run.id}`.execute(db);
    expect(events.rows).toEqual([]);
  });

  it('lets the same owner through only with the fence of its last claim', async () => {
    const run = await bench.insert(newRun());
    await claimRuns(db, 'one', [run.id]);
    await claimRuns(db, 'one', [run.id]);
    const commit = (fence: number) => ({
      runId: run.id,
      fence,
      cellId: 'cell-1',
      set: { message: `by ${fence}` },
      tasks: [],
      stages: [],
      events: [],
    });
    expect(await writeCommits(db, 'one', [commit(1)])).toEqual([undefined]);
    expect(await writeCommits(db, 'one', [commit(2)])).toEqual([{ wakeSeq: 0, paused: false, terminate: null }]);
  });
});

describe('a run that owners have left behind', () => {
  it('is claimed, or ended by name, whatever they left in its row', { timeout: 120_000 }, async () => {
    // Nobody hesitates by chance.
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => chance.mockRestore());
    // As after kills: at a step or between two, with what was counted before, let go or not.
    const states = [0, 1, 2, 3, 5].flatMap((strikes) =>
      [null, 'a step'].flatMap((step) => [null, 'gone'].map((owner) => ({ strikes, step, owner }))),
    );
    const runs = new Map<string, (typeof states)[number]>();
    for (const state of states) {
      const { id } = await bench.insert(newRun());
      await sql`update runs set strikes = ${state.strikes}, struck_at = ${state.strikes === 0 ? null : 'a step'}, at_step = ${state.step},
        owner = ${state.owner}, lease_until = case when ${state.owner}::text is null then null else now() - interval '1 second' end, fence = 1 where id = ${id}`.execute(
        db,
      );
      runs.set(id, state);
    }
    await bench.start();
    const left = async () => {
      const { rows } = await sql<{ id: string }>`select id from runs where finished_at is null`.execute(db);
      return rows.map(({ id }) => runs.get(id));
    };
    await expect.poll(left, { timeout: 100_000, interval: 500 }).toEqual([]);
  });
});

describe('a run that is being claimed', () => {
  it('is not left behind, however long its rows take to read', { timeout: 60_000 }, async () => {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => chance.mockRestore());
    const leftBehind = (strikes: number, step: string | null) =>
      transaction(db, async (tx) => {
        const run = newRun();
        await insertRun({ tx, sealer: SEALER }, run);
        await sql`update runs set phase = 'Running', strikes = ${strikes}, struck_at = 'its stored tasks', at_step = ${step} where id = ${run.id}`.execute(
          tx,
        );
        return run.id;
      });
    const countedOf = async (id: string) =>
      (await sql<{ at_step: string | null; strikes: number }>`select at_step, strikes from runs where id = ${id}`.execute(db)).rows[0];
    await migrateJobQueue(database, silentLogger);
    const slow = await leftBehind(1, null);
    await transaction(db, async (tx) => {
      await sql`lock table run_tasks in access exclusive mode`.execute(tx);
      await bench.start();
      await until(async () => ((await countedOf(slow))?.at_step === 'its stored tasks' ? true : undefined), 'the claim to begin');
      // Once another one is counted, a sweep has gone by.
      const other = await leftBehind(0, 'its stored tasks');
      await until(async () => ((await countedOf(other))?.strikes === 1 ? true : undefined), 'a sweep');
      expect(await countedOf(slow)).toEqual({ at_step: 'its stored tasks', strikes: 1 });
    });
    await until(async () => ((await countedOf(slow))?.at_step !== 'its stored tasks' ? true : undefined), 'the claim to end');
    expect((await countedOf(slow))?.strikes).toBe(1);
  });
});

describe('a wake-up', () => {
  it('is never lost: whatever the order of wake-ups, claims, releases and expiries, a wake-up after the last claim leaves the run due', async () => {
    const operation = fc.record({ what: fc.constantFrom('wake', 'claim', 'release', 'expire'), who: fc.constantFrom('one', 'two') });
    const checked = fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 3, maxLength: 15 }), async (operations) => {
        const run = await bench.insert(newRun());
        // What each process believes of the run since its last claim.
        const seen = new Map<string, { fence: number; wakeSeq: number }>();
        let wokenSinceClaim = true;
        let kept = true;
        for (const { what, who } of operations) {
          if (what === 'wake') {
            await transaction(db, (tx) => wakeRun(tx, run.id));
            wokenSinceClaim = true;
          } else if (what === 'expire') await expire();
          else if (what === 'claim') {
            const [claimed] = await claimRuns(db, who, [run.id]);
            if (claimed === undefined) continue;
            seen.set(who, { fence: claimed.row.fence, wakeSeq: claimed.row.wake_seq });
            wokenSinceClaim = false;
          } else {
            const belief = seen.get(who);
            if (belief === undefined) continue;
            const [released] = await releaseRuns(db, who, [{ id: run.id, ...belief, dueAt: null }]);
            if (released === true) kept &&= !wokenSinceClaim;
          }
          const [row] = (
            await sql<{
              owner: string | null;
              due: boolean;
            }>`select owner, due_at is not null as due from runs where id = ${run.id}`.execute(db)
          ).rows;
          // Woken and not claimed since, or with an owner, dead or alive: the sweep will find it.
          if (wokenSinceClaim || row?.owner !== null) kept &&= row?.due === true;
        }
        await expire();
        const found = await dueRuns(db, 'three', [], 1_000);
        return kept && (!wokenSinceClaim || found.includes(run.id));
      }),
      { numRuns: 40 },
    );
    await expect(checked).resolves.toBeUndefined();
  });
});

describe('observations', () => {
  it('of one task in one statement: the last counts', async () => {
    bench.cluster.operator = () => {};
    const engine = await bench.start();
    const run = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY })]) }));
    const task = await until(
      async () => (await describeRun({ db, sealer: SEALER }, run.id))?.tasks.find((one) => one.waitingFor?.gate !== undefined),
      'the gate to be waited for',
    );
    await engine.stop();
    for (const versions of [
      [7, 8, 9],
      [9, 8, 7],
    ]) {
      const observations = versions.map((version) => ({
        runId: run.id,
        nodeId: task.nodeId,
        observation: { at: version, quietSince: version, object: { metadata: { uid: 'u', resourceVersion: String(version) } } },
        verdict: { state: 'waiting' as const, reason: `seen ${version}` },
      }));
      await storeObservations(db, { owner: 'watcher', sealer: SEALER }, observations);
      const { rows } = await sql<{ version: string }>`
        select observation->>'resourceVersion' as version from run_tasks where run_id = ${run.id} and node_id = ${task.nodeId}`.execute(db);
      expect(rows[0]?.version).toBe(String(versions.at(-1)));
    }
  });
});

describe('a row that somebody else holds', () => {
  it('keeps neither the leases nor the transitions of other runs waiting', async () => {
    let go = false;
    const wait: Stage = {
      name: 'wait',
      title: 'Wait',
      run: () => Promise.resolve(go ? { done: true } : { wait: { for: 'the test', lookAgainInMs: 50 } }),
    };
    await bench.start({ stages: [wait] });
    const stages = { before: ['wait'] };
    const { workflow: _workflow, ...plain } = newRun();
    const [held, free] = [await bench.insert({ ...plain, ...stages }), await bench.insert({ ...plain, id: `${plain.id}-free`, ...stages })];
    const lease = async (id: string) =>
      (await sql<{ until: Date | null }>`select lease_until as until from runs where id = ${id}`.execute(db)).rows[0]?.until?.getTime();
    for (const run of [held, free])
      await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor, `${run.id} to wait`);
    await transaction(db, async (tx) => {
      await sql`select 1 from runs where id = ${held.id} for update`.execute(tx);
      for (let renewals = 0; renewals < 4; renewals++) {
        const last = await lease(free.id);
        await until(async () => (await lease(free.id)) !== last || undefined, 'a renewal');
      }
      go = true;
      expect(await bench.end(free.id)).toMatchObject({ phase: 'Succeeded', fence: 1 });
    });
    expect(await bench.end(held.id)).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('two processes', () => {
  it('one watches the cell, the other owns the run: the owner hears of what the watcher sees', async () => {
    await sql`insert into cell_watchers (cell_id, lease_until) values ('cell-1', now() - interval '1 second') on conflict (cell_id) do update set lease_until = excluded.lease_until`.execute(
      db,
    );
    bench.cluster.operator = () => {};
    await bench.start({ processName: 'watcher', concurrency: 0 });
    await until(async () => {
      const answer = await sql<{ owner: string }>`select owner from cell_watchers where cell_id = 'cell-1' and lease_until > now()`.execute(
        db,
      );
      return answer.rows[0]?.owner.startsWith('watcher') || undefined;
    }, 'the watcher to have the cell');
    await bench.start({ processName: 'owner' });
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Setting up primary' });
    await until(
      async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.reason.includes('Setting up primary') || undefined,
      'the live value',
    );
    const began = Date.now();
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(Date.now() - began).toBeLessThan(12_000);
  });

  it('one watches the cell, the other owns the run: an object that nobody changes settles, and is read a few times', async () => {
    await bench.start({ processName: 'watcher', concurrency: 0 });
    await sql`insert into cell_watchers (cell_id, lease_until) values ('cell-1', now() - interval '1 second') on conflict (cell_id) do update set lease_until = excluded.lease_until`.execute(
      db,
    );
    await until(async () => {
      const answer = await sql<{ owner: string }>`select owner from cell_watchers where cell_id = 'cell-1' and lease_until > now()`.execute(
        db,
      );
      return answer.rows[0]?.owner.startsWith('watcher') || undefined;
    }, 'the watcher to have the cell');
    await bench.start({ processName: 'owner' });
    const first = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY })]) }));
    expect(await bench.end(first.id)).toMatchObject({ phase: 'Succeeded' });
    bench.cluster.operator = () => {};
    const before = bench.cluster.calls.length;
    // The cluster is healthy before the write and after it: only time tells that its operator has nothing to say.
    const grow = template('cluster', DATABASE.replace('instances: 1', 'instances: 2'), { successCondition: HEALTHY, settleSeconds: 2 });
    const run = await bench.insert(newRun({ namespace: first.namespace, workflow: workflow([grow]) }));
    expect(await bench.end(run.id, 10_000)).toMatchObject({ phase: 'Succeeded' });
    const reads = bench.cluster.calls.slice(before).filter(({ call, key }) => call === 'get' && key.kind === 'Cluster');
    expect(reads.length).toBeLessThan(8);
    const woken = await sql<{ wake_seq: number }>`select wake_seq from runs where id = ${run.id}`.execute(db);
    expect(woken.rows[0]?.wake_seq).toBeLessThan(8);
  });

  it('the watcher dies while a run waits: another takes the cell over and reads everything once', async () => {
    bench.cluster.operator = () => {};
    const first = await bench.start({ processName: 'first' });
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    await first.kill();
    // Nobody watches now.
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    await expire();
    await bench.start({ processName: 'second' });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.cluster.creations.get('Cluster/db')).toBe(1);
  });

  it('share many runs, and each run is carried out once', async () => {
    await bench.start({ processName: 'one', concurrency: 10 });
    await bench.start({ processName: 'two', concurrency: 10 });
    const runs = await Promise.all(Array.from({ length: 40 }, () => bench.insert(newRun())));
    for (const run of runs) expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(bench.ended.map((ended) => ended.run.id).sort()).toEqual(runs.map((run) => run.id).sort());
    expect(bench.cluster.creations.get('Cluster/db')).toBe(40);
  });
});

describe('a process', () => {
  it('whose clock says that the lease is over sends nothing more', async () => {
    let jump = 0;
    bench.cluster.operator = () => {};
    const engine = await bench.start({ clock: { now: () => Date.now(), monotonic: () => performance.now() + jump } });
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    expect(engine.size).toBe(1);
    const fence = (await bench.row(run.id)).fence;
    jump = 10_000;
    await until(() => (engine.size === 0 ? true : undefined), 'the run to be given up');
    // It takes the run up again under a new fence.
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect((await bench.row(run.id)).fence).toBeGreaterThan(fence);
  });

  it('goes on when its connections to the database are cut, again and again', async () => {
    await bench.start();
    const runs = await Promise.all(Array.from({ length: 10 }, () => bench.insert(newRun())));
    for (let cut = 0; cut < 5; cut++) {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
        .execute(db)
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    for (const run of runs) {
      const end = await until(async () => bench.end(run.id).catch(() => undefined), `run ${run.id}`, 20_000);
      expect(end).toMatchObject({ phase: 'Succeeded' });
    }
    expect(bench.cluster.creations.get('Cluster/db')).toBe(10);
  });

  it('stops within 5 s and leaves a waiting run to the next one', async () => {
    bench.cluster.operator = () => {};
    const engine = await bench.start();
    const run = await bench.insert(newRun());
    await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.gate, 'the gate to be waited for');
    const began = Date.now();
    await engine.stop();
    expect(Date.now() - began).toBeLessThan(12_000);
    expect(await bench.row(run.id)).toMatchObject({ owner: null, phase: 'Running' });
    bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });
    await bench.start();
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
  });

  it('that stops leaves to its lease what it could not finish: a call may still take effect', async () => {
    const engine = await bench.start();
    let sent = false;
    bench.cluster.fault = (call) => {
      if (call !== 'apply') return undefined;
      sent = true;
      return new Promise(() => {});
    };
    const run = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE)]) }));
    await until(() => sent || undefined, 'the call');
    await engine.stop();
    expect((await bench.row(run.id)).owner).not.toBeNull();
    await expire();
    expect(await claimRuns(db, 'heir', [run.id])).toMatchObject([{ takenOver: true }]);
  });
});
