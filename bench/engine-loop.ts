/**
 * The same creates through the engine: runs as rows, leases, watches, gates. One process and a database of its own.
 * usage: engine-loop.js KUBECONFIG INSTANCES CONCURRENCY PREFIX CONNECTION-JSON [PLAN]
 */
import { connectKubeconfig } from '@cellplane/kubernetes';
import { type CompiledWorkflow, type ExpressionValues, buildPlan } from '@cellplane/plan';
import {
  type Connection,
  createSealer,
  insertRun,
  migrate,
  migrateDoorbell,
  openDatabase,
  silentLogger,
  startEngine,
} from '@cellplane/server';
import { NAMESPACE, PLANS } from './widget.js';

const [kubeconfig = '', instances = '', concurrency = '', prefix = '', connection = '', plan = 'creates'] = process.argv.slice(2);
const built = buildPlan(PLANS[plan] ?? '');
const workflow = built.plan?.resources[0]?.systemWorkflows.create;
if (workflow === undefined) throw new Error(`the benchmark's plan does not build: ${JSON.stringify(built.problems)}`);

const log = {
  ...silentLogger,
  warn: (fields: object, message: string) => console.error(message, JSON.stringify(fields)),
  error: (fields: object, message: string) => console.error(message, JSON.stringify(fields)),
};
const database = await openDatabase(JSON.parse(connection) as Connection, { log });
await migrate(database.db, log);
await migrateDoorbell(database, log);
const client = connectKubeconfig(kubeconfig);
const sealer = createSealer(Buffer.alloc(32, 1));

let left = Number(instances);
let allEnded: () => void = () => {};
const failures: string[] = [];
const ends = new Map<string, () => void>();
const engine = await startEngine({
  database,
  cells: { client: () => Promise.resolve(client) },
  stages: [],
  sealer,
  log,
  concurrency: Number(concurrency) + 1,
  onRunEnded: (_tx, ended) => {
    if (ended.outcome !== 'Succeeded') failures.push(ended.message);
    left -= 1;
    setImmediate(() => ends.get(ended.run.id)?.());
    if (left === 0) setImmediate(() => allEnded());
    return Promise.resolve();
  },
});

const insert = async (id: string) => {
  const run = {
    id: `submit-create-${id}`,
    kind: 'create',
    subject: id,
    orgId: 'org-bench',
    cellId: 'hc-bench',
    namespace: NAMESPACE,
    fieldManager: 'cellplane',
    labels: { 'cellplane.dev/bench': prefix },
    workflow,
    values: valuesOf(workflow, id),
    before: [],
    after: [],
    deadlineSeconds: 600,
    data: {},
  };
  await insertRun({ tx: database.db, sealer }, run);
  engine.wake(run.id);
  return run.id;
};

const names = Array.from({ length: Number(instances) }, (_, index) => `${prefix}-${index}`);
const cpu = process.cpuUsage();
const began = performance.now();
// As many are under way as the bare loop has: the next is asked for when one has ended.
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) await finished(name);
  }),
);
if (left > 0) await new Promise<void>((resolve) => (allEnded = resolve));
const milliseconds = performance.now() - began;
const used = process.cpuUsage(cpu);
if (failures.length > 0) throw new Error(`${failures.length} runs failed, the first: ${failures[0]}`);
console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (used.user + used.system) / 1000 }));
await engine.stop();
await client.close();
await database.close();

async function finished(name: string): Promise<void> {
  const end = new Promise<void>((resolve) => ends.set(`submit-create-${name}`, resolve));
  const id = await insert(name);
  await end;
  ends.delete(id);
}

/** What the domain's expressions evaluate to, without the domain. */
function valuesOf(of: CompiledWorkflow, id: string): ExpressionValues {
  return Object.fromEntries(
    of.expressions.map(({ place, text }) => [
      place,
      text === '$sys.instanceId' ? { value: id, source: text } : { value: 1, type: 'Int32' as const, source: text },
    ]),
  );
}
