import { describe, expect, it } from 'vitest';
import { fleet } from './fleet.testing.js';

const preferences = [
  { category: 'failures', email: false, setFor: 'SUBSCRIPTION', fixed: false },
  { category: 'account', email: true, setFor: 'NOTHING', fixed: true, reason: 'They tell you that your access has changed.' },
];

const line = () =>
  fleet(({ path }) => (path.startsWith('/api/notification-preferences') ? { body: { subscriptionId: 'sub-1', preferences } } : undefined));

describe('notification preference', () => {
  it('list shows the categories, where each comes from, and why one is fixed', async () => {
    const one = await line();
    const { code, out, err } = await one.run('notification', 'preference', 'list', '--subscription', 'sub-1');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/failures +off +this subscription/);
    expect(out).toMatch(/account +always/);
    expect(out).toContain('They tell you that your access has changed.');
  });

  it.each([
    [['failures', 'off'], 'PUT /api/notification-preferences/failures', { email: false }],
    [
      ['completed', 'on', '--subscription', 'sub-1'],
      'PUT /api/notification-preferences/completed',
      { email: true, subscriptionId: 'sub-1' },
    ],
    [['completed', 'default'], 'DELETE /api/notification-preferences/completed', undefined],
  ])('set %j is sent where it belongs', async (args, request, body) => {
    const one = await line();
    expect(await one.run('notification', 'preference', 'set', ...args)).toMatchObject({ code: 0 });
    expect(one.changes).toEqual([[request, body]]);
  });

  it('set refuses a word that is none', async () => {
    const one = await line();
    expect(await one.run('notification', 'preference', 'set', 'failures', 'maybe')).toMatchObject({ code: 1 });
    expect(one.changes).toEqual([]);
  });
});
