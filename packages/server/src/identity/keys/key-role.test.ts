import {
  API_KEY_ROLES,
  PRODUCT_ROLES,
  PROVIDER_PERMISSIONS,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
  provider,
} from '@cellplane/api';
import { expect, it } from 'vitest';
import { authorize } from '../authorize.js';
import { cappedBy, lowerRole } from './key-role.js';

const pairs = PROVIDER_ROLES.flatMap((one) => PROVIDER_ROLES.map((other) => [one, other] as const));

it.each(pairs)('the lower role of %s and %s allows what both allow', (one, other) => {
  const both = PROVIDER_ROLE_PERMISSIONS[one].filter((permission) => PROVIDER_ROLE_PERMISSIONS[other].includes(permission));
  expect([...PROVIDER_ROLE_PERMISSIONS[lowerRole(one, other)]].toSorted()).toEqual([...both].toSorted());
  expect(lowerRole(other, one)).toBe(lowerRole(one, other));
});

it('a root with an admin key is no root', () => {
  expect(lowerRole('root', 'admin')).toBe('admin');
});

it.each(API_KEY_ROLES)('a key with the role %s raises no membership and no role for a product', (keyRole) => {
  const memberships = SUBSCRIPTION_ROLES.map((role) => ({ subscriptionId: role, role }));
  const grants = PROVIDER_ROLES.map((role) => ({ serviceId: role, role }));
  const capped = cappedBy(keyRole, { roleType: 'root', memberships, grants });
  for (const { subscriptionId, role } of capped.memberships) {
    const own = SUBSCRIPTION_ROLE_PERMISSIONS[subscriptionId as typeof role];
    expect(own).toEqual(expect.arrayContaining([...SUBSCRIPTION_ROLE_PERMISSIONS[role]]));
    expect(role).not.toBe('root');
  }
  for (const { serviceId, role } of capped.grants)
    expect(PROVIDER_ROLE_PERMISSIONS[serviceId as typeof role]).toEqual(expect.arrayContaining([...PROVIDER_ROLE_PERMISSIONS[role]]));
});

it.each(pairs.flatMap(([own, key]) => API_KEY_ROLES.filter((one) => one === key).map((keyRole) => [own, keyRole] as const)))(
  'a maker who is %s by now, with a key of the role %s, may do what both roles allow',
  (roleType, keyRole) => {
    // As the database gives them: a person's own, or those of a key for products.
    const isForProducts = (role: string) => (PRODUCT_ROLES as readonly string[]).includes(role);
    const granted = [roleType, keyRole].find(isForProducts);
    const grants = granted === undefined ? [] : [{ serviceId: 's-1', role: granted }];
    const who = { userId: 'u', email: 'u@example.com', orgId: 'org-p', providerOrgId: null, apiKeyId: 'apikey-1' };
    const principal = { ...who, ...cappedBy(keyRole, { roleType, memberships: [], grants }) };
    const allowed = PROVIDER_PERMISSIONS.filter((permission) => {
      try {
        authorize(provider(permission, 'lists'), principal, {});
        return true;
      } catch {
        return false;
      }
    });
    const both = PROVIDER_PERMISSIONS.filter((permission) =>
      [roleType, keyRole].every((role) => PROVIDER_ROLE_PERMISSIONS[role].includes(permission)),
    );
    expect(allowed).toEqual(both);
  },
);
