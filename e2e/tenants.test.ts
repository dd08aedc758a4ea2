/**
 * A hostile tenant: a customer asks every operation of the table for everything that another customer has, with that customer's own ids. Nothing
 * of theirs is answered, nothing is changed, and what is theirs looks like what does not exist.
 */
import { type Operation, operations, takesBody } from '@cellplane/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SchemaShape } from '../packages/api/src/schema-shape.testing.js';
import { buildPlan, type ControlPlane, startControlPlane, untilStatus } from './control-plane.testing.js';
import { type Customer, customersOf, type Wire } from './customers.testing.js';

const PLAN = 'examples/postgres-operator/spec.yaml';
const NOBODYS = 'instance-nobodys00';

/** What would change the asker's own account, and ends the test with it. */
const ABOUT_ONESELF = /^(logout|updatePassword|updateUser|customerDeleteUser|endSession|endSessions|signOut)/;

let plane: ControlPlane;
let provider: Wire;
let alice: Customer;
let bob: Customer;
/** What belongs to Alice alone, by what it is: no answer to Bob may hold any of it. */
let hers: Record<string, string>;
let place: { serviceId: string; environmentId: string; productTierId: string };

beforeAll(async () => {
  plane = await startControlPlane();
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await plane.client.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
  place = await buildPlan(plane.client, 'Postgres', { file: PLAN }, { environment: 'Production', environmentType: 'PROD' });
  const customers = await customersOf(plane);
  provider = customers.provider;
  alice = await customers.signUp('alice');
  bob = await customers.signUp('bob');
  const subscription = await alice.subscribe(place);
  // Bob has the same plan: what he may not reach is not kept from him by having nothing.
  await bob.subscribe(place);
  const instance = await alice.createInstance(place, subscription);
  await untilStatus(plane.client, instance, 'RUNNING', 180_000);
  const taken = await alice.call('POST', '/resource-instance/snapshot', { instanceId: instance, targetRegion: '' });
  const snapshot = (taken.body as { id: string }).id;
  const progress = await plane.client.describeInstanceProgress({ params: { id: instance } });
  hers = {
    instance,
    subscription,
    snapshot,
    user: alice.userId,
    organization: alice.orgId,
    email: alice.email,
    run: progress.run?.id ?? '',
  };
}, 400_000);
afterAll(() => plane?.stop());

/** Paths in which each parameter is one of these ids, or a true id of the catalogue where it names that. */
function pathsOf(row: Operation, ids: string[]): string[] {
  const known: Record<string, string> = { ...place, environmentType: 'PROD', cloudProviderName: 'aws', verb: 'stop' };
  return ids.map((id) => row.path.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? id));
}

const rows = Object.entries<Operation>(operations).filter(([name, row]) => row.access.audience !== 'public' && !ABOUT_ONESELF.test(name));

/** Everything that the asker is answered with of what is hers, and every failure of the server. The ids stand in paths and in each field of a body. */
async function leaksTo(asker: Wire, among: [string, Operation][]): Promise<string[]> {
  const leaks: string[] = [];
  for (const [name, row] of among) {
    for (const id of Object.values(hers)) {
      const [path = ''] = pathsOf(row, [id]);
      const { status, text } = await asker.ask(row.method, path, takesBody(row) ? valueOf(row.body, id) : undefined);
      if (status >= 500 && status !== 501) leaks.push(`${name} ${path}: ${status} ${text.slice(0, 200)}`);
      if (status >= 300) continue;
      for (const [what, value] of Object.entries(hers))
        if (value !== '' && text.includes(value)) leaks.push(`${name} ${path} tells the ${what}: ${text.slice(0, 300)}`);
    }
  }
  return leaks;
}

it('answers a foreign customer with nothing of another one, whatever is asked with their ids', async () => {
  expect(await leaksTo(bob, rows)).toEqual([]);
}, 300_000);

it('would have found them: the same questions by herself are answered', async () => {
  const reads = rows.filter(([name, { method }]) => method === 'GET' && name.startsWith('customer'));
  expect((await leaksTo(alice, reads)).length).toBeGreaterThan(5);
}, 60_000);

it('refuses what is theirs in the same words as what does not exist', async () => {
  const told: string[] = [];
  for (const [name, row] of rows.filter(([, { path }]) => path.includes('{'))) {
    const known = new Set(Object.values(place));
    const [foreign = '', nobodys = ''] = pathsOf(row, [hers['instance'] ?? '', NOBODYS]);
    if (foreign === nobodys || known.has(foreign)) continue;
    const body = takesBody(row) ? valueOf(row.body, 'x') : undefined;
    const one = await bob.ask(row.method, foreign, body);
    const other = await bob.ask(row.method, nobodys, body);
    const words = (text: string, id: string) => text.replaceAll(id, 'ID').replace(/"id":"[0-9a-f]+"/, '');
    if (one.status !== other.status || words(one.text, hers['instance'] ?? '') !== words(other.text, NOBODYS))
      told.push(`${name}: ${one.status} ${one.text} / ${other.status} ${other.text}`);
  }
  expect(told).toEqual([]);
}, 120_000);

it('has changed nothing of hers', async () => {
  const { body } = await alice.call('GET', '/resource-instance');
  expect(body).toMatchObject({ resourceInstances: [{ id: hers['instance'], status: 'RUNNING' }] });
  expect((await alice.call('GET', `/subscription/${hers['subscription']}`)).body).toMatchObject({ status: 'ACTIVE' });
  expect((await alice.call('GET', `/resource-instance/snapshot/${hers['snapshot']}`)).status).toBe(200);
  const members = (await alice.call('GET', '/resource-instance/subscription-users')).body as { subscriptionUsers: { userId: string }[] };
  expect(members.subscriptionUsers.map(({ userId }) => userId)).toEqual([hers['user']]);
  expect((await provider.call('GET', '/user')).status).toBe(200);
});

/** A value that the schema takes, with this id in each text. */
function valueOf(schema: SchemaShape, id: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return valueOf(schema.anyOf[0] ?? {}, id);
  if (schema.type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, valueOf(inner, id)]));
  if (schema.type === 'array') return schema.items === undefined ? [] : [valueOf(schema.items, id)];
  if (schema.type === 'boolean') return false;
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 1;
  return id;
}
