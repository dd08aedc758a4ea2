/** Customers who look at what they have, while instances are created. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile, record } from '../figures.js';
import { createMany, pause, settled, withProduct } from '../world.js';
import { customer, manyTenants, nameOf } from './customers.js';
import { linesOf, serverTimes } from './times.js';

const CUSTOMERS = 50;
const CREATES = 200;
const GOAL_MS = 150;
/** Between two looks of one customer, milliseconds: who reads a page does not ask all the time. */
const THINKS_MS = 500;

export async function browse(port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-times-'));
  const file = join(folder, 'times');
  const withTimes = { env: { CELLPLANE_BENCH_TIMES: file }, preload: ['people/server-times.js'] };
  try {
    await withProduct(
      port,
      async (world) => {
        const offered = await manyTenants(world);
        const askers = [];
        for (let index = 1; index <= CUSTOMERS; index += 1) askers.push(await customer(world, index * 100));
        const looks = (name: string) => [
          '/user',
          '/resource-instance',
          '/subscription',
          '/service-offering',
          '/resource-instance/snapshot',
          '/resource-instance/audit-events',
          `/api/instances/instance-many${name}/operations`,
          `/subscription/sub-${name}-1`,
        ];
        const from = await linesOf(file);
        const state = { over: false };
        const all = askers.map(async (ask, at) => {
          const paths = looks(nameOf((at + 1) * 100));
          await pause((at / CUSTOMERS) * THINKS_MS);
          for (let look = at; !state.over; look += 1) {
            await ask('GET', paths[look % paths.length] ?? '');
            await pause(THINKS_MS);
          }
        });
        const began = performance.now();
        await settled(world, await createMany(CREATES, () => offered.create(world.client), 8));
        const seconds = (performance.now() - began) / 1_000;
        state.over = true;
        await Promise.all(all);
        const times = (await serverTimes(file, from)).filter(({ route }) => route.startsWith('GET ')).map(({ ms }) => ms);
        const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(times, share)) as [number, number, number];
        record({
          benchmark: `(m) ${CUSTOMERS} customers browse while ${CREATES} creates run`,
          measured: `time in the server p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, max ${most.toFixed(0)} ms (${times.length} requests in ${seconds.toFixed(0)} s)`,
          goal: { text: `p99 ≤ ${GOAL_MS} ms`, met: p99 <= GOAL_MS },
          figures: { p50, p99, most, requests: times.length, seconds },
        });
      },
      withTimes,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
