/** What the audit trail costs a call that changes something. */
import { record } from '../figures.js';
import { tokenOf } from '../product.js';
import { withProduct } from '../world.js';
import { askerOf, costOf } from './asker.js';

const CALLS = 2_000;

export async function audit(port: number): Promise<void> {
  const costs: { server: number; postgres: number }[] = [];
  for (const preload of [[], ['people/no-audit.js']])
    await withProduct(
      port,
      async (world) => {
        const ask = askerOf(world.product.url, await tokenOf(world.product));
        const { id } = (await ask('POST', '/api-key', { name: 'bench', roleType: 'reader' })) as { id: string };
        const call = (index: number) => ask('PATCH', `/api-key/${id}`, { description: `The ${index}th.` });
        await costOf(world, 1_000, call);
        costs.push(await costOf(world, CALLS, call));
      },
      { preload },
    );
  const [whole, bare] = costs;
  if (whole === undefined || bare === undefined) throw new Error('nothing was measured');
  const more = { server: whole.server - bare.server, postgres: whole.postgres - bare.postgres };
  const shown = ({ server, postgres }: typeof more) => `server ${server.toFixed(2)} ms, PostgreSQL ${postgres.toFixed(2)} ms`;
  record({
    benchmark: '(m) the audit trail, for each call that changes something',
    measured: `processor time ${shown(more)} (the call ${shown(whole)} with it, ${shown(bare)} without; ${CALLS} calls, sealing included)`,
    figures: { whole, bare },
  });
}
