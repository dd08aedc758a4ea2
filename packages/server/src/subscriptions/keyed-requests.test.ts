import { randomBytes } from 'node:crypto';
import type { Caller } from '@cellplane/api';
import { expect, it } from 'vitest';
import { planPlace } from '../catalog/catalog.js';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { answerOnce } from '../database/idempotency-key.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { testApp } from '../http/app.testing.js';
import { principalOf } from '../identity/principal.testing.js';
import { notificationHandlers } from '../notifications/handlers.js';
import { ALL } from '../notifications/notifications.testing.js';
import { createSealer } from '../secrets/envelope.js';
import { customerSubscriptionHandlers } from './customer-handlers.js';
import { testCustomer } from './customer.testing.js';
import { subscriptionHandlers } from './handlers.js';
import { testOutbox } from './letters.testing.js';

const { db } = await testDatabase({ poolSize: 12 });
const { caller: provider, handlers: catalog } = await testCatalog(db);
async function build(name: string) {
  const body = { name, environment: 'Prod', environmentType: 'PROD', fileContent: base64(testSpec()), release: true };
  const built = await catalog.buildServicePlanSpec({
    params: {},
    query: {},
    body: { ...body, releaseAsPreferred: true },
    caller: provider,
  });
  return planPlace(db, provider.orgId, built.productTierID);
}
const [open, strict] = [await build('Open'), await build('Strict')];
await sql`update environments set auto_approve_subscription = false where id = ${strict.environmentId}`.execute(db);
const people: Record<string, Caller> = { provider, anna: await testCustomer(db, { name: 'anna', provider }) };
const bert = await testCustomer(db, { name: 'bert', provider });

const deps = { db, holdings: { instances: async () => [], snapshots: async () => [] }, outbox: testOutbox(db).outbox };
const sealer = createSealer(randomBytes(32));
const app = testApp(
  {
    ...catalog,
    ...subscriptionHandlers(deps),
    ...customerSubscriptionHandlers(deps),
    ...notificationHandlers({ db, sealer, rules: { privateTargets: false, mail: false } }),
  },
  {
    identity: { authenticate: async (name) => (people[name] === undefined ? undefined : principalOf(people[name])) },
    once: (request, handler, answerOf) => answerOnce({ db, hashKey: Buffer.alloc(32, 1) }, request, handler, answerOf),
  },
);
const choice = ({ serviceId, planId }: typeof open) => ({ serviceId, productTierId: planId });

it.each([
  ['anna', '/subscription', choice(open)],
  ['provider', '/subscription', choice(open)],
  ['anna', '/subscription/request', choice(strict)],
  [
    'provider',
    `/fleet/service/${open.serviceId}/environment/${open.environmentId}/subscription`,
    { productTierId: open.planId, onBehalfOfCustomerUserId: bert.userId },
  ],
  [
    'provider',
    `/service/${open.serviceId}/environment`,
    { name: 'Staging', description: '', deploymentConfigId: 'default', type: 'STAGING' },
  ],
  ['provider', '/service', { name: 'Another product', description: '' }],
  ['provider', '/fleet/notification-channel', { name: 'ops', subscription: ALL, slack: { webhookUrl: 'https://hooks.slack.com/x' } }],
])('%s gets the answer of POST %s again after a process died behind the commit', async (who, path, body) => {
  const post = async () => {
    const answered = await app.request(`/2022-09-01-00${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json', 'idempotency-key': path },
      body: JSON.stringify(body),
    });
    return [answered.status, await answered.json()];
  };
  const first = await post();
  expect(first[0]).toBeLessThan(300);
  const { rows } = await sql<{
    effect: object | null;
  }>`update idempotency_keys set answer = null where key = ${path} returning effect`.execute(db);
  expect(rows.at(-1)?.effect).not.toBeNull();
  expect(await post()).toEqual(first);
});
