/** Lists and searches with many tenants: time in the server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@cellplane/server';
import { quantile, record } from '../figures.js';
import { tokenOf } from '../product.js';
import { withProduct } from '../world.js';
import { askerOf } from './asker.js';
import { customer, manyTenants } from './customers.js';
import { linesOf, serverTimes } from './times.js';

const TIMES = 100;
const GOAL_MS = 100;

export async function lists(port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-times-'));
  const file = join(folder, 'times');
  try {
    await withProduct(
      port,
      async (world) => {
        await manyTenants(world);
        const { rows } = await sql<{ environment: string; service: string }>`
          select environment_id as environment, service_id as service from instances where id = 'instance-many05000'`.execute(
          world.database.db,
        );
        const { environment = '', service = '' } = rows[0] ?? {};
        const of = `/fleet/service/${service}/environment/${environment}`;
        const provider = askerOf(world.product.url, await tokenOf(world.product), 1);
        const one = await customer(world, 5_000);
        const search = (query: string) => () => provider('POST', '/fleet/search-inventory', { query });
        const asked: [string, () => Promise<unknown>][] = [
          ["a customer's instances", () => one('GET', '/resource-instance')],
          ["a customer's subscriptions", () => one('GET', '/subscription')],
          ["a customer's snapshots", () => one('GET', '/resource-instance/snapshot')],
          ["a customer's audit trail", () => one('GET', '/resource-instance/audit-events')],
          ["a customer's offerings", () => one('GET', '/service-offering')],
          ['members of a customer', () => one('GET', '/resource-instance/subscription-users')],
          ['a page of 100 instances', () => provider('GET', `${of}/instances/?pageSize=100`)],
          ['a page of 100 subscriptions', () => provider('GET', `${of}/subscription?pageSize=100`)],
          ['a page of 100 customers', () => provider('GET', '/fleet/users?pageSize=100')],
          ['a page of 100 customers of an environment', () => provider('GET', `${of}/users?pageSize=100`)],
          ['a page of 100 organizations', () => provider('GET', '/fleet/organizations?pageSize=100')],
          ['a page of 100 organizations of an environment', () => provider('GET', `${of}/organizations?pageSize=100`)],
          ['a page of 100 workflows', () => provider('GET', `${of}/service-workflows?pageSize=100`)],
          ['a page of 100 audit events', () => provider('GET', '/fleet/audit-events?pageSize=100')],
          ['requests for subscriptions', () => provider('GET', `${of}/subscription/request`)],
          ['services', () => provider('GET', '/service')],
          ['search: an instance by its id', search('resourceinstance:instance-many05000')],
          ['search: a part of an id', search('resourceinstance:many0500')],
          ['search: a subscription', search('subscription:sub-05000')],
          ['search: a user', search('subscription:user-05000@many')],
          ['search: snapshots', search('snapshot:many0500')],
          ['search: nothing', search('resourceinstance:nothing-is-called-so')],
        ];
        const found: { name: string; p50: number; p99: number }[] = [];
        for (const [name, ask] of asked) {
          for (let time = 0; time < 50; time += 1) await ask();
          const from = await linesOf(file);
          for (let time = 0; time < TIMES; time += 1) await ask();
          const times = (await serverTimes(file, from)).map(({ ms }) => ms);
          found.push({ name, p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
          console.log(`${name}: p50 ${found.at(-1)?.p50.toFixed(1)} ms, p99 ${found.at(-1)?.p99.toFixed(1)} ms`);
        }
        const slowest = found.toSorted((a, b) => b.p99 - a.p99);
        record({
          benchmark: `(m) ${found.length} lists and searches, 10,000 customers, 20,000 subscriptions, 10,000 instances`,
          measured: `slowest p99 ${slowest
            .slice(0, 3)
            .map(({ name, p99 }) => `${p99.toFixed(0)} ms (${name})`)
            .join(', ')}; ${TIMES} requests each, one at a time`,
          goal: { text: `p99 ≤ ${GOAL_MS} ms`, met: (slowest[0]?.p99 ?? Number.NaN) <= GOAL_MS },
          figures: found,
        });
      },
      // The instances are rows alone: that their cell has nothing of them is not looked at meanwhile.
      {
        env: { CELLPLANE_BENCH_TIMES: file, CELLPLANE_RECONCILE_INTERVAL: '86400', CELLPLANE_DRIFT_INTERVAL: '604800' },
        preload: ['people/server-times.js'],
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
