// A copy of the program with its watchdog, as far as the engine goes: for poison-run.test.ts. Uses the built code.
import { createSealer } from '../../../dist/secrets/envelope.js';
import { startDatabaseClock } from '../../../dist/database/clock.js';
import { openDatabase } from '../../../dist/database/database.js';
import { startEngine } from '../../../dist/engine/engine.js';
import { silentLogger } from '../../../dist/log.js';
import { startWatchdog } from '../../../dist/watchdog/watchdog.js';
import { connectKubeconfig } from '@cellplane/kubernetes';

const [url, kubeconfig, limit] = process.argv.slice(2);
const database = await openDatabase({ url }, { log: silentLogger, poolSize: 8 });
const client = connectKubeconfig(kubeconfig);
startWatchdog({ connection: { url }, log: silentLogger, limitSeconds: Number(limit) });

const hurt = {
  loop: () => {
    for (;;);
  },
  abort: () => process.abort(),
  memory: () => {
    const held = [];
    // In large pieces: the end comes before the collector has held the loop up for long.
    for (let size = 0; ; size++) held.push(Array.from({ length: 1_000_000 }).fill(size));
  },
};
const stages = [
  {
    name: 'hurts',
    title: 'Hurts',
    run: async ({ run }) => {
      if (run.data.how === undefined) return { done: true };
      hurt[run.data.how]();
      return { done: true };
    },
  },
];
await startEngine({
  database,
  clock: await startDatabaseClock(database.db, silentLogger),
  cells: { client: async () => client },
  stages,
  onRunEnded: async () => {},
  sealer: createSealer(Buffer.alloc(32, 7)),
  log: silentLogger,
});
process.send('ready');
