/** Every operation of the table, asked by everybody: what its row does not allow does not come to its handler. */
import {
  type Caller,
  type Handlers,
  type Operation,
  operations,
  PROVIDER_PERMISSION_OF,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  type ProviderRole,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
  type SubscriptionRole,
} from '@cellplane/api';
import { expect, it } from 'vitest';
import type { Principal } from '../identity/authorize.js';
import { testApp } from './app.testing.js';

const rows = Object.entries<Operation>(operations);
const SERVICE = 's-mine';

/** Everybody that the roles know, by the token that they send. */
const people: Record<string, Principal> = {};
const base = { email: 'a@example.com', providerOrgId: null, memberships: [], grants: [] };
for (const role of PROVIDER_ROLES) {
  const grants = role.startsWith('service_') ? [{ serviceId: SERVICE, role }] : [];
  people[`provider-${role}`] = { ...base, userId: role, orgId: 'org-provider', roleType: role, grants };
}
for (const role of SUBSCRIPTION_ROLES) {
  const memberships = [{ subscriptionId: 'sub-1', role }];
  people[`customer-${role}`] = {
    ...base,
    userId: role,
    orgId: 'org-customer',
    roleType: 'root',
    providerOrgId: 'org-provider',
    memberships,
  };
}

/** Callers by the operation that they came to. */
let came: { name: string; caller: Caller | undefined }[] = [];
class Came extends Error {}
const handlers = Object.fromEntries(
  rows.map(([name]) => [
    name,
    ({ caller }: { caller: Caller | undefined }) => {
      came.push({ name, caller });
      return Promise.reject(new Came());
    },
  ]),
) as unknown as Handlers;
/** A root whose organization requires a second factor, and who has none. */
const unenrolled: Principal = { ...base, userId: 'unenrolled', orgId: 'org-provider', roleType: 'root', mustEnrol: true };
const app = testApp(handlers, { identity: { authenticate: async (token) => (token === 'unenrolled' ? unenrolled : people[token]) } });

/** Asks with a path whose product is this one. Answers the status, and whether the handler was reached. */
async function ask(row: Operation, token: string | undefined, serviceId = SERVICE) {
  came = [];
  const product = row.access.audience === 'provider' && typeof row.access.product === 'object' ? row.access.product.param : '';
  const path = row.path.replace(/\{(\w+)\}/g, (_, name: string) => (name === product ? serviceId : `some-${name}`));
  const answer = await app.request(path, {
    method: row.method,
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(row.method === 'GET' ? {} : { body: JSON.stringify(sample(row.body)) }),
  });
  return { status: answer.status, text: await answer.text(), reached: came.length > 0 };
}

/** A value that the schema takes. */
function sample(schema: unknown): unknown {
  const {
    type,
    properties,
    required,
    enum: words,
    const: fixed,
    anyOf,
    minimum,
  } = schema as Record<string, never> & {
    properties?: Record<string, unknown>;
    required?: string[];
    anyOf?: unknown[];
    enum?: unknown[];
  };
  if (fixed !== undefined) return fixed;
  if (words !== undefined) return words[0];
  if (anyOf !== undefined) return sample(anyOf[0]);
  if (type === 'object') return Object.fromEntries((required ?? []).map((name) => [name, sample(properties?.[name])]));
  if (type === 'array') return [];
  if (type === 'boolean') return true;
  if (type === 'number' || type === 'integer') return minimum ?? 1;
  return 'x';
}

function isAllowed(row: Operation, token: string): boolean {
  const { access } = row;
  if (access.audience === 'public' || access.audience === 'user') return true;
  const [kind = '', role = ''] = token.split(/-(.*)/);
  if (kind === 'customer')
    return access.audience === 'customer' && SUBSCRIPTION_ROLE_PERMISSIONS[role as SubscriptionRole].includes(access.permission);
  const permission = access.audience === 'provider' ? access.permission : PROVIDER_PERMISSION_OF[access.permission];
  const isOfOrganization = access.audience === 'provider' && access.product === 'organization';
  if (role.startsWith('service_') && isOfOrganization) return false;
  return PROVIDER_ROLE_PERMISSIONS[role as ProviderRole].includes(permission);
}

it.each(rows)('%s is reached by those whose role allows it, and by nobody else', async (_, row) => {
  for (const token of Object.keys(people)) {
    const { status, text, reached } = await ask(row, token);
    // A request whose content is refused does not come to its handler either: then the refusal is of the content.
    const outcome = status === 403 ? 'refused' : reached || status === 400 ? 'taken' : status;
    expect([token, outcome, reached && outcome === 'refused']).toEqual([token, isAllowed(row, token) ? 'taken' : 'refused', false]);
    expect(text).not.toContain('sub-1');
  }
});

it.each(rows)('%s is reached with a session only, unless it is open to everybody', async (_, row) => {
  for (const token of [undefined, 'expired']) {
    const { status, reached } = await ask(row, token);
    const isOpen = row.access.audience === 'public';
    expect([status === 401, !isOpen && reached]).toEqual([!isOpen, false]);
  }
});

it.each(rows.filter(([, { access }]) => access.audience === 'provider' && typeof access.product === 'object'))(
  '%s looks not-found to a role that is given for another product',
  async (_, row) => {
    for (const token of Object.keys(people).filter((one) => one.includes('-service_') && isAllowed(row, one)))
      expect(await ask(row, token, 's-other')).toMatchObject({ status: 404, reached: false });
  },
);

it('a customer comes to a handler with their subscriptions, and with those that they may change', async () => {
  await ask(operations.customerStartInstance, 'customer-editor');
  expect(came).toEqual([{ name: 'customerStartInstance', caller: expect.objectContaining({ subscriptions: ['sub-1'] }) }]);
});

it('who has yet to add a second factor comes to what adds one, and to nothing else', async () => {
  const taken = [];
  for (const [name, row] of rows) {
    const { status, reached } = await ask(row, 'unenrolled');
    if (status !== 403) taken.push(name);
    expect([name, status === 403 && reached]).toEqual([name, false]);
  }
  const open = rows.filter(([, row]) => row.access.audience === 'public').map(([name]) => name);
  const adding = ['addFactor', 'confirmFactor', 'describeUser', 'listFactors', 'logout', 'removeFactor'];
  expect(taken.toSorted()).toEqual([...open, ...adding].toSorted());
});
