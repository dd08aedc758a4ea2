// One copy of the program, as far as the engine goes: for crash.test.ts, which kills it. Uses the built code.
import { createSealer } from '../../dist/secrets/envelope.js';
import { startDatabaseClock } from '../../dist/database/clock.js';
import { openDatabase, sql } from '../../dist/database/database.js';
import { startEngine } from '../../dist/engine/engine.js';
import { silentLogger } from '../../dist/log.js';
import { connectKubeconfig } from '@cellplane/kubernetes';

const [url, kubeconfig, processName] = process.argv.slice(2);
const database = await openDatabase({ url }, { log: silentLogger, poolSize: 8 });
const client = connectKubeconfig(kubeconfig);
await startEngine({
  database,
  clock: await startDatabaseClock(database.db, silentLogger),
  cells: { client: async () => client },
  stages: [],
  onRunEnded: async (tx, { run, outcome }) => {
    await sql`insert into ends (run_id, outcome) values (${run.id}, ${outcome})`.execute(tx);
  },
  sealer: createSealer(Buffer.alloc(32, 7)),
  log: silentLogger,
  processName,
});
process.send('ready');
