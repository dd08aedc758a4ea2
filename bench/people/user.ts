/** Processor time of `GET /user`, by the provider and by a customer. */
import { record } from '../figures.js';
import { tokenOf } from '../product.js';
import { withProduct } from '../world.js';
import { askerOf, costOf } from './asker.js';

const GOAL_MS = 2;

export async function user(port: number): Promise<void> {
  await withProduct(port, async (world) => {
    const ask = askerOf(world.product.url, await tokenOf(world.product));
    const request = () => ask('GET', '/user');
    // What runs a thousand times is compiled.
    await costOf(world, 2_000, request);
    const cost = await costOf(world, 5_000, request);
    record({
      benchmark: '(m) processor time of GET /user',
      measured: `server ${cost.server.toFixed(2)} ms, PostgreSQL ${cost.postgres.toFixed(2)} ms (5,000 requests, 4 at a time)`,
      goal: { text: `≤ ${GOAL_MS} ms`, met: cost.server + cost.postgres <= GOAL_MS },
      figures: cost,
    });
  });
}
