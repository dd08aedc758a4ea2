import {
  API_KEY_ROLES,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
} from '@cellplane/api';
import { expect, it } from 'vitest';
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
