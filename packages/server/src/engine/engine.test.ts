import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { Bench, fakeCell, newRun, PASSWORD } from './engine.testing.js';

const database = await testDatabase({ poolSize: 20 });
let bench = new Bench(database, fakeCell());

afterEach(async () => {
  await bench.stop();
  bench = new Bench(database, fakeCell());
});

describe('a run', () => {
  it('goes from its row to its outputs: three tasks in order, the gated one when its operator says so', async () => {
    await bench.start();
    const run = await bench.insert(newRun());
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded', message: '' });
    expect([...bench.cluster.creations]).toEqual([
      ['Secret/access', 1],
      ['ConfigMap/settings', 1],
      ['Cluster/db', 1],
    ]);
    expect(bench.ended).toHaveLength(1);
    expect(bench.ended[0]).toMatchObject({ outcome: 'Succeeded', run: { outputs: { phase: { value: 'Cluster in healthy state' } } } });
    expect(bench.cluster.find('Cluster', 'db')?.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'cellplane',
      'example.com/owner': 'test',
    });
  });

  it('writes no secret in clear', async () => {
    await bench.start();
    const run = await bench.insert(newRun());
    await bench.end(run.id);
    for (const table of ['runs', 'run_tasks', 'run_events', 'run_stages']) {
      const answer = await sql<{ text: string }>`select row_to_json(t)::text as text from ${sql.table(table)} t`.execute(database.db);
      for (const { text } of answer.rows) {
        expect(text).not.toContain(PASSWORD);
        expect(text).not.toContain(Buffer.from(PASSWORD).toString('base64'));
      }
    }
    const started = await sql<{
      details: { manifest: unknown };
    }>`select details from run_events where run_id = ${run.id} and step = 'secret' and type = 'WorkflowStepStarted'`.execute(database.db);
    expect(started.rows[0]?.details.manifest).toMatchObject({ kind: 'Secret', stringData: { password: '***' } });
  });
});
