import { expect, it } from 'vitest';
import type { Subscription } from '../subscriptions/store.js';
import { subscriptionForCreate } from './instance-place.js';

const customer = { orgId: 'org-c', subscriptions: ['sub-1', 'sub-2'] };
const own = (...of: [id: string, status: Subscription['status']][]) =>
  of.map(([id, status]) => ({ id, status, planId: 'pt-1', orgId: 'org-c' }) as Subscription);
const foreign = (id: string) => ({ id, status: 'ACTIVE', planId: 'pt-1', orgId: 'org-stranger' }) as Subscription;
const choose = (mine: Subscription[], more: { asked?: string; allowed?: string[] } = {}) =>
  subscriptionForCreate(
    { ...customer, ...(more.allowed === undefined ? {} : { allowed: more.allowed }) },
    { own: mine, planName: 'P' },
    more.asked,
  );

it('an instance without a subscription goes into the only one that is active and lets the customer create', () => {
  expect(choose(own(['sub-1', 'ACTIVE']))).toBe('sub-1');
  expect(choose(own(['sub-1', 'SUSPENDED'], ['sub-2', 'ACTIVE']))).toBe('sub-2');
  expect(choose(own(['sub-1', 'ACTIVE'], ['sub-2', 'ACTIVE']), { allowed: ['sub-2'] })).toBe('sub-2');
  expect(choose(own(['sub-1', 'SUSPENDED']), { asked: 'sub-1' })).toBe('sub-1');
});

it('where there is none, or several, the field is named', () => {
  for (const mine of [own(), own(['sub-1', 'SUSPENDED']), own(['sub-1', 'ACTIVE'], ['sub-2', 'ACTIVE'])])
    expect(() => choose(mine)).toThrowError(
      expect.objectContaining({
        kind: 'bad_request',
        code: 'subscription-needed',
        details: [expect.objectContaining({ field: 'subscriptionId' })],
      }),
    );
});

it('no instance goes into the subscription of a stranger who has made the customer a member, unless it is named', () => {
  expect(choose([foreign('sub-2'), ...own(['sub-1', 'ACTIVE'])])).toBe('sub-1');
  expect(() => choose([foreign('sub-2')])).toThrowError(expect.objectContaining({ message: expect.stringContaining('(sub-2)') }));
  expect(() => choose([foreign('sub-2'), ...own(['sub-1', 'SUSPENDED'])])).toThrowError(
    expect.objectContaining({ code: 'subscription-needed' }),
  );
  expect(choose([foreign('sub-2')], { asked: 'sub-2' })).toBe('sub-2');
});

it('one of the provider’s people creates in the provider’s own', () => {
  expect(subscriptionForCreate({ orgId: 'org-p' }, { own: [], planName: 'P' }, undefined)).toBeUndefined();
});
