/** What the watcher of one process stores for runs of another. */
import { ApiError } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { describeRun } from '../describe-run.js';
import { Bench, CLUSTER, fakeCell, newRun, PASSWORD, SEALER, until } from '../engine.testing.js';
import { storeObservations } from './observations.js';

const database = await testDatabase();
const { db } = database;
const bench = new Bench(database, fakeCell(false));
await bench.start();
// The engine judges what it is rung for, and writes its own verdict over the stored one: it rests while the stored one is read.
const waiting = [await waitingRun(), await waitingRun(), await waitingRun()] as const;
await bench.stop();

function described(id: string) {
  return describeRun({ db, sealer: SEALER }, id);
}

async function waitingRun() {
  const run = await bench.insert(newRun());
  const task = await until(
    async () => (await described(run.id))?.tasks.find((one) => one.task === 'cluster' && one.state === 'AwaitingCondition'),
    'the run to wait',
  );
  return { run, nodeId: task.nodeId };
}

function judged(runId: string, nodeId: string, live: string) {
  const object = { ...CLUSTER, metadata: { name: 'db', uid: 'u', resourceVersion: '9999999' }, status: { phase: live } };
  return {
    runId,
    nodeId,
    observation: { object, at: Date.now(), quietSince: Date.now() },
    verdict: {
      state: 'waiting' as const,
      reason: `status.phase is ${live}`,
      success: { text: 'status.phase == x', op: 'clause' as const, value: false, live },
    },
  };
}

const ELSEWHERE = { owner: 'another process', sealer: SEALER };

describe('an observation by another process', () => {
  it('is masked with the run’s own secrets, wherever an operator has copied them', async () => {
    const [{ run, nodeId }] = waiting;
    const live = `login with ${PASSWORD} failed`;
    expect(await storeObservations(db, ELSEWHERE, [judged(run.id, nodeId, live)])).toMatchObject({ held: new Set() });
    const { rows } = await sql<{ text: string }>`select node::text as text from run_tasks where run_id = ${run.id}`.execute(db);
    const text = rows.map((row) => row.text).join('\n');
    expect(text).toContain('login with');
    expect(text).not.toContain(PASSWORD);
    expect(JSON.stringify(await described(run.id))).not.toContain(PASSWORD);
  });

  it('passes over a run whose row is held, and is stored for the others', async () => {
    const [, one, other] = waiting;
    await transaction(db, async (tx) => {
      await sql`select 1 from runs where id = ${one.run.id} for update`.execute(tx);
      const stored = await storeObservations(db, ELSEWHERE, [
        judged(one.run.id, one.nodeId, 'of the held one'),
        judged(other.run.id, other.nodeId, 'of the free one'),
      ]);
      expect(stored.held).toEqual(new Set([one.run.id]));
      const { rows } = await sql<{ text: string }>`select node::text as text from run_tasks where run_id = ${other.run.id}`.execute(db);
      expect(rows.map((row) => row.text).join('')).toContain('of the free one');
    });
    expect((await storeObservations(db, ELSEWHERE, [judged(one.run.id, one.nodeId, 'later')])).held).toEqual(new Set());
  });
});

describe('a watch that the API server refuses', () => {
  it('is told of its kind, with verb and identity, while the cell counts as there; the object is read nevertheless', async () => {
    const cluster = fakeCell(false);
    const words =
      'clusters.postgresql.cnpg.io is forbidden: User "watcher" cannot list resource "clusters" in API group "postgresql.cnpg.io" at the cluster scope';
    cluster.fault = (call, key, done) => {
      if (!done && call === 'list' && key.kind === 'Cluster') throw new ApiError(words, 403, 'Forbidden', 'transient');
    };
    const own = new Bench(database, cluster);
    await own.start();
    try {
      const run = await own.insert(newRun({ cellId: 'cell-2' }));
      let found: Awaited<ReturnType<typeof described>>;
      const wait = await until(async () => {
        found = await described(run.id);
        const { waitingFor } = found ?? {};
        return waitingFor?.reason.includes('cannot be watched') === true ? waitingFor : undefined;
      }, 'the refusal to be told').catch((error: unknown) => {
        throw new Error(`${String(error)}: ${JSON.stringify(found)}`);
      });
      expect(wait.reason).toContain('changes of kind Cluster cannot be watched');
      expect(wait.reason).toContain('User "watcher" cannot list resource "clusters"');
      expect(wait.reason).not.toContain('does not answer');
      cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state', readyInstances: 1 }, run.namespace);
      expect(await own.end(run.id, 25_000)).toMatchObject({ phase: 'Succeeded' });
    } finally {
      await own.stop();
    }
  }, 60_000);
});
