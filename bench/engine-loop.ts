/**
 * The same creates through the engine: runs as rows, leases, watches, gates. One process and a database of its own.
 * usage: engine-loop.js KUBECONFIG INSTANCES CONCURRENCY PREFIX CONNECTION-JSON [PLAN [WARM-UP-INSTANCES | wait]]
 * With `wait` it says `ready`, does a batch for each line on its standard input (`PREFIX [INSTANCES]`), and ends when that is closed.
 */
import { createInterface } from 'node:readline';
import { connectKubeconfig } from '@cellplane/kubernetes';
import {
  type Connection,
  createSealer,
  migrate,
  migrateJobQueue,
  openDatabase,
  silentLogger,
  startDatabaseClock,
  startEngine,
} from '@cellplane/server';
import { type Figure, runBatch } from './batch.js';
import { submit, workflowOf } from './submit.js';

const [kubeconfig = '', instances = '', concurrency = '', prefix = '', connection = '', plan = 'creates', mode = '0'] =
  process.argv.slice(2);
const workflow = workflowOf(plan);

const log = {
  ...silentLogger,
  warn: (fields: object, message: string) => console.error(message, JSON.stringify(fields)),
  error: (fields: object, message: string) => console.error(message, JSON.stringify(fields)),
};
const database = await openDatabase(JSON.parse(connection) as Connection, { log });
await migrate(database.db, log);
await migrateJobQueue(database, log);
const client = connectKubeconfig(kubeconfig);
const sealer = createSealer(Buffer.alloc(32, 1));

const failures: string[] = [];
const ends = new Map<string, () => void>();
const clock = await startDatabaseClock(database.db, log);
const engine = await startEngine({
  database,
  clock,
  cells: { client: () => Promise.resolve(client) },
  stages: [],
  sealer,
  log,
  concurrency: Number(concurrency) + 1,
  onRunEnded: (_tx, ended) => {
    if (ended.outcome !== 'Succeeded') failures.push(ended.message);
    setImmediate(() => ends.get(ended.run.id)?.());
    return Promise.resolve();
  },
});

async function batch(named: string, count: number): Promise<Figure> {
  const figure = await runBatch({ prefix: named, count, concurrency: Number(concurrency) }, finished);
  if (failures.length > 0) throw new Error(`${failures.length} runs failed, the first: ${failures[0]}`);
  return figure;
}

if (mode !== 'wait') {
  // Left out of the figure, as in the bare loop.
  await batch(`${prefix}-warm-up`, Number(mode));
  console.log(JSON.stringify(await batch(`${prefix}-measured`, Number(instances))));
} else {
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [named = '', count = instances] = line.split(' ');
    console.log(JSON.stringify(await batch(named, Number(count))));
  }
}
await engine.stop();
await clock.stop();
await client.close();
await database.close();

async function finished(id: string): Promise<void> {
  const runId = `submit-create-${id}`;
  const end = new Promise<void>((resolve) => ends.set(runId, resolve));
  await submit({ database, sealer }, { workflow, id, label: prefix });
  engine.wake(runId);
  await end;
  ends.delete(runId);
}
