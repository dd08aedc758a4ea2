/**
 * Benchmark (m): what many customers cost. `cellplane serve` on the simulated cell. Its parts:
 * - `user`: processor time of `GET /user`.
 * - `browse`: time in the server of 50 customers who look at their instances, while 200 creates run.
 * - `lists`: time in the server of each list and search, with 10,000 customers, 20,000 subscriptions and 10,000 instances
 *   (`many-tenants.sql`).
 * - `audit`: what the audit trail costs a call that changes something: processor time with it and without.
 * - `wall`: what row-level security would cost a statement; by name only.
 * usage: node bench/dist/people.js [--only user,browse,lists,audit,wall] [--port 18096]
 */
import { parseArgs } from 'node:util';
import { audit } from './people/audit.js';
import { browse } from './people/browse.js';
import { lists } from './people/lists.js';
import { user } from './people/user.js';
import { wall } from './people/wall.js';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, port: { type: 'string', default: '18096' } } });
const parts = { user, browse, lists, audit, wall };
// The last one is no figure of the product: it is asked for by name.
const wanted = values.only === '' ? Object.keys(parts).filter((name) => name !== 'wall') : values.only.split(',');
for (const name of wanted) {
  const part = (parts as Record<string, ((port: number) => Promise<void>) | undefined>)[name];
  if (part === undefined) throw new Error(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}.`);
  await part(Number(values.port));
}
