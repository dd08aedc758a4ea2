/**
 * Benchmark (d): from the start of `cellplane serve` to `/readyz`, with an existing database. PostgreSQL and the simulated cell
 * were stopped with the server, so starting them is part of the figure.
 * usage: node bench/dist/start.js [--rounds 5] [--port 18090]
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, range, record } from './figures.js';
import { startProduct } from './product.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, port: { type: 'string', default: '18090' } } });
const port = Number(values.port);
const dataDir = await mkdtemp(join(tmpdir(), 'cellplane-bench-'));
await chmod(dataDir, 0o711);
const env = { CELLPLANE_DATA_DIR: dataDir };
const figures: number[] = [];
try {
  const first = await startProduct(env, { port });
  await first.stop();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const product = await startProduct(env, { port });
    figures.push(product.readyMs);
    await product.stop();
  }
  const result = median(figures);
  const seconds = figures.map((ms) => ms / 1_000);
  record({
    benchmark: '(d) start to readyz, existing database',
    measured: `${(result / 1_000).toFixed(2)} s (${range(seconds, 2)}; first start of all ${(first.readyMs / 1_000).toFixed(1)})`,
    goal: { text: '≤ 3 s', met: result <= 3_000 },
    figures: { first: first.readyMs, figures },
  });
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
