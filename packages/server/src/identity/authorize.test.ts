import {
  customer,
  type Operation,
  operations,
  provider,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  refusalOf,
  type RoleHolder,
  signedIn,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
} from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import type { DomainError } from '../errors.js';
import { authorize, type Principal } from './authorize.js';

const person = { userId: 'user-1', email: 'a@example.com', orgId: 'org-1', providerOrgId: null, memberships: [], grants: [] };
const providerWith = (roleType: Principal['roleType'], grants: Principal['grants'] = []): Principal => ({ ...person, roleType, grants });
const customerWith = (...memberships: Principal['memberships'][number][]): Principal => ({
  ...person,
  roleType: 'root',
  providerOrgId: 'org-p',
  memberships,
});
const operate = provider('fleet:operate', '{serviceId}');

/** What is answered, or the code of the refusal. */
function outcome(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    return (error as DomainError).code;
  }
}

describe('the people of a provider', () => {
  it.each(PROVIDER_ROLES.filter((role) => !role.startsWith('service_')))('%s does what its role allows, on all products', (role) => {
    const allowed = PROVIDER_ROLE_PERMISSIONS[role].includes('fleet:operate');
    expect(outcome(() => authorize(operate, providerWith(role), { serviceId: 's-1' }))).toEqual(
      allowed ? { userId: 'user-1', email: 'a@example.com', orgId: 'org-1', roleType: role } : 'role-not-allowed',
    );
  });

  it('with a role for single products reach those, and are told nothing of others', () => {
    const who = providerWith('service_operator', [
      { serviceId: 's-1', role: 'service_operator' },
      { serviceId: 's-2', role: 'service_reader' },
    ]);
    expect(authorize(operate, who, { serviceId: 's-1' })).toMatchObject({ products: ['s-1'] });
    expect(() => authorize(operate, who, { serviceId: 's-2' })).toThrow(expect.objectContaining({ kind: 'forbidden' }));
    expect(() => authorize(operate, who, { serviceId: 's-3' })).toThrow(expect.objectContaining({ kind: 'not_found' }));
    expect(authorize(provider('catalog:read', 'lists'), who, {})).toMatchObject({ products: ['s-1', 's-2'] });
    expect(() => authorize(provider('catalog:read', 'organization'), who, {})).toThrow(expect.objectContaining({ kind: 'forbidden' }));
    expect(() => authorize(operate, providerWith('service_operator'), { serviceId: 's-1' })).toThrow(
      expect.objectContaining({ kind: 'forbidden' }),
    );
  });

  it('use the operations for customers by what their role allows', () => {
    expect(authorize(customer('instance:write'), providerWith('editor'), {})).not.toHaveProperty('subscriptions');
    expect(() => authorize(customer('instance:write'), providerWith('reader'), {})).toThrow(expect.objectContaining({ kind: 'forbidden' }));
  });
});

describe('customers', () => {
  it('reach nothing that is for providers, whatever their role', () => {
    expect(() => authorize(operate, customerWith({ subscriptionId: 'sub-1', role: 'root' }), { serviceId: 's-1' })).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'provider-only' }),
    );
  });

  it.each(SUBSCRIPTION_ROLES)('as %s of a subscription do what that allows', (role) => {
    const who = customerWith({ subscriptionId: 'sub-1', role });
    const allowed = SUBSCRIPTION_ROLE_PERMISSIONS[role].includes('instance:write');
    const seen = outcome(() => (authorize(customer('instance:write'), who, {}).subscriptions ?? []).join(','));
    expect(seen).toBe(allowed ? 'sub-1' : 'role-not-allowed');
  });

  it('see all of their subscriptions, and change where their role allows it', () => {
    const who = customerWith({ subscriptionId: 'sub-1', role: 'reader' }, { subscriptionId: 'sub-2', role: 'editor' });
    expect(authorize(customer('instance:read'), who, {})).toMatchObject({ subscriptions: ['sub-1', 'sub-2'] });
    expect(authorize(customer('instance:read'), who, {})).not.toHaveProperty('allowed');
    expect(authorize(customer('instance:write'), who, {})).toMatchObject({ subscriptions: ['sub-1', 'sub-2'], allowed: ['sub-2'] });
  });

  it('without a subscription see the catalogue, and of everything else an empty list', () => {
    expect(authorize(customer('catalog:read'), customerWith(), {})).toMatchObject({ subscriptions: [] });
    expect(authorize(signedIn, customerWith(), {})).not.toHaveProperty('subscriptions');
  });
});

it('an API key of a customer subscribes to nothing if its role is reader', () => {
  const keyOf = (roleType: Principal['roleType']): Principal => ({ ...customerWith(), roleType, apiKeyId: 'apikey-1' });
  expect(outcome(() => authorize(customer('catalog:subscribe'), keyOf('reader'), {}))).toBe('role-not-allowed');
  expect(outcome(() => authorize(customer('catalog:subscribe'), keyOf('editor'), {}))).toMatchObject({ apiKeyId: 'apikey-1' });
  expect(outcome(() => authorize(customer('catalog:read'), keyOf('reader'), {}))).toMatchObject({ apiKeyId: 'apikey-1' });
});

describe('what browsers are told beforehand', () => {
  const params = { serviceId: 's-1', id: 's-1' };
  const providers = PROVIDER_ROLES.map((role): [string, RoleHolder, Principal] => [
    role,
    { kind: 'provider', role },
    providerWith(role, role.startsWith('service_') ? [{ serviceId: 's-1', role }] : []),
  ]);
  const customers = [[], ...SUBSCRIPTION_ROLES.map((role) => [role]), ['reader', 'editor'] as const].map(
    (roles): [string, RoleHolder, Principal] => {
      const memberships = roles.map((role, index) => ({ subscriptionId: `sub-${index}`, role }));
      return [`customer ${roles.join(' and ')}`, { kind: 'customer', memberships }, customerWith(...memberships)];
    },
  );

  it.each([...providers, ...customers])('%s: the same as at the door, for each operation', (_, holder, principal) => {
    for (const [name, { access }] of Object.entries<Operation>(operations)) {
      const refused = ['role-not-allowed', 'provider-only'].includes(String(outcome(() => authorize(access, principal, params))));
      expect(`${name}: ${refusalOf(access, holder) !== undefined}`).toBe(`${name}: ${refused}`);
    }
  });
});
