import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.js';

const USAGE = 'usage: simulator [--data-dir DIR] [--host HOST] [--port PORT] [--speed FACTOR]';

/** Runs a simulated cell until it is told to stop. Prints one line of JSON when it is ready: its address and kubeconfig. */
async function main(): Promise<void> {
  // A log on a full disk, or a starter that went away: the cell goes on without words.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const { values } = parseArgs({
    options: { 'data-dir': { type: 'string' }, host: { type: 'string' }, port: { type: 'string' }, speed: { type: 'string' } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  const speed = values.speed === undefined ? undefined : Number(values.speed);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536))
    throw new Error(`--port must be a number from 0 to 65535\n${USAGE}`);
  if (speed !== undefined && !(speed > 0)) throw new Error(`--speed must be a number above 0\n${USAGE}`);
  const simulator = await startSimulator({
    ...(values['data-dir'] !== undefined && { dataDir: values['data-dir'] }),
    ...(values.host !== undefined && { host: values.host }),
    ...(port !== undefined && { port }),
    ...(speed !== undefined && { speed }),
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    simulator.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  console.log(JSON.stringify({ url: simulator.url, kubeconfig: simulator.kubeconfig }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
