import { describe, expect, it } from 'vitest';
import { fleet } from '../fleet.testing.js';

const budget = (more: object = {}) => ({
  id: 'budget-1',
  name: 'Databases',
  subscriptionId: 'sub-1',
  serviceName: 'Postgres',
  productTierName: 'Small',
  amount: 100,
  tag: { key: 'team', value: 'shop' },
  alertPercents: [50, 80],
  alertExpected: true,
  month: {
    from: '2026-12-01',
    to: '2026-12-31',
    spent: 61.239,
    expected: 120,
    alerts: [
      { isExpected: true, at: '2026-12-03T10:00:00.000Z' },
      { isExpected: false, percent: 50, at: '2026-12-05T10:00:00.000Z' },
    ],
  },
  createdBy: 'user-1',
  createdAt: '2026-12-01T10:00:00.000Z',
  modifiedAt: '2026-12-01T10:00:00.000Z',
  ...more,
});
const line = (budgets: object[] = [budget()], subscriptions: object[] = [{ id: 'sub-1', productTierName: 'Small' }]) =>
  fleet(({ method, path }) => {
    if (path === '/api/budgets' && method === 'GET') return { body: { budgets } };
    if (path === '/api/budgets') return { body: { id: 'budget-1' } };
    if (path.startsWith('/api/budgets') && method !== 'DELETE') return { body: budget() };
    return path === '/subscription' ? { body: { subscriptions } } : undefined;
  });

describe('budget', () => {
  it('lists what is spent, expected and told', async () => {
    const { code, out } = await (await line()).run('budget', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/budget-1 +Databases +Small +team=shop +100\.00 +61\.24 +61 +120\.00 +expected, 50 %/);
    const nothing = { from: '2026-12-01', to: '2026-12-31', alerts: [] };
    expect((await (await line([budget({ month: nothing })])).run('budget', 'list')).out).toContain('no prices');
  });

  it('shows one by its name', async () => {
    const { out } = await (await line()).run('budget', 'describe', 'databases');
    expect(out).toContain('50 %, 80 %, more expected');
    expect(out).toContain('2026-12-01 to 2026-12-31, UTC');
  });

  it('makes one of the only subscription', async () => {
    const commands = await line();
    const { code } = await commands.run(
      'budget',
      'create',
      'Shop',
      '--amount',
      '80.5',
      '--tag',
      'team=shop',
      '--alert',
      '80,100 %',
      '--no-alert-expected',
    );
    expect(code).toBe(0);
    const body = {
      name: 'Shop',
      subscriptionId: 'sub-1',
      amount: 80.5,
      tag: { key: 'team', value: 'shop' },
      alertPercents: [80, 100],
      alertExpected: false,
    };
    expect(commands.changes).toEqual([['POST /api/budgets', body]]);
  });

  it('asks which subscription of several', async () => {
    const several = await line(undefined, [
      { id: 'sub-1', productTierName: 'Small' },
      { id: 'sub-2', productTierName: 'Large' },
    ]);
    const { code, err } = await several.run('budget', 'create', 'Shop', '--amount', '1');
    expect(code).not.toBe(0);
    expect(err).toContain('--subscription: sub-1 (Small), sub-2 (Large)');
    await several.run('budget', 'create', 'Shop', '--amount', '1', '--subscription', 'sub-2');
    expect(several.changes).toEqual([['POST /api/budgets', { name: 'Shop', subscriptionId: 'sub-2', amount: 1 }]]);
  });

  it('changes what is given', async () => {
    const commands = await line();
    expect((await commands.run('budget', 'change', 'Databases')).err).toContain('Say what to change');
    await commands.run('budget', 'change', 'Databases', '--amount', '200', '--alert', '');
    expect(commands.changes).toEqual([['PATCH /api/budgets/budget-1', { amount: 200, alertPercents: [] }]]);
  });

  it('deletes after asking', async () => {
    const commands = await line();
    expect((await commands.run('budget', 'delete', 'Databases')).err).toContain('--yes');
    expect(commands.changes).toEqual([]);
    await commands.run('budget', 'delete', 'Databases', '--yes');
    expect(commands.changes.map(([what]) => what)).toEqual(['DELETE /api/budgets/budget-1']);
  });

  it.each([
    ['--amount', 'much'],
    ['--amount', '-5'],
    ['--alert', 'often'],
  ])('refuses %s %s', async (option, value) => {
    const { code, err } = await (await line()).run('budget', 'create', 'Shop', '--amount', '1', option, value);
    expect(code).toBe(1);
    expect(err).toContain('such as');
  });

  it('says which budgets there are', async () => {
    expect((await (await line()).run('budget', 'describe', 'Storage')).err).toContain('There is: Databases');
  });
});
