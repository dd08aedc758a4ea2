/**
 * One copy of the program, as far as the engine goes, for recovery.ts, which kills it. Every object that it writes says who did.
 * usage: recovery-worker.js KUBECONFIG NAME CONNECTION-JSON   says `ready`, and ends when its standard input is closed
 */
import { once } from 'node:events';
import { connectKubeconfig, type KubernetesClient } from '@cellplane/kubernetes';
import { type Connection, createSealer, openDatabase, silentLogger, sql, startDatabaseClock, startEngine } from '@cellplane/server';

const [kubeconfig = '', name = '', connection = ''] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(connection) as Connection, { log: silentLogger, poolSize: 8 });
const client = connectKubeconfig(kubeconfig);
const signed: KubernetesClient = new Proxy(client, {
  get: (of, property) => {
    if (property === 'apply') {
      const apply: KubernetesClient['apply'] = (object, ...rest) => {
        const annotations = { ...object.metadata.annotations, 'bench.cellplane.dev/by': name };
        return client.apply({ ...object, metadata: { ...object.metadata, annotations } }, ...rest);
      };
      return apply;
    }
    const value: unknown = Reflect.get(of, property, of);
    return typeof value === 'function' ? (value.bind(of) as unknown) : value;
  },
});
const engine = await startEngine({
  database,
  clock: await startDatabaseClock(database.db, silentLogger),
  cells: { client: () => Promise.resolve(signed) },
  stages: [],
  sealer: createSealer(Buffer.alloc(32, 1)),
  log: silentLogger,
  processName: name,
  onRunEnded: async (tx, { run, outcome }) => {
    await sql`insert into bench_ends (run_id, outcome) values (${run.id}, ${outcome})`.execute(tx);
  },
});
console.log('ready');
process.stdin.resume();
await once(process.stdin, 'end');
await engine.stop();
await client.close();
await database.close();
