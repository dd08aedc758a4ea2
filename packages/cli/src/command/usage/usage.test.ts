import { describe, expect, it } from 'vitest';
import { fleet } from '../fleet.testing.js';

const used = { cpu: 12.5, memory: 50, storage: 240, replica: 24 };
const answer = (by: string, groups: object[], total: object) => ({
  from: '2026-12-01',
  to: '2026-12-03',
  by,
  total,
  groups,
  tagKeys: [],
  countedUntil: '2026-12-03T10:00:00.000Z',
});

describe('usage', () => {
  it('shows what each instance has used, what it costs, and the sum', async () => {
    const group = { key: 'instance-1', name: 'orders', plan: 'Small', ...used, cost: 3.456, live: true };
    const line = await fleet(({ path }) =>
      path === '/api/usage' ? { body: answer('instance', [group], { ...used, cost: 3.456 }) } : undefined,
    );
    const { code, out } = await line.run('usage');
    expect(code).toBe(0);
    expect(out).toMatch(/instance-1 +orders +Small +12\.50 +50\.00 +240\.00 +24\.00 +3\.46/);
    expect(out).toMatch(/TOTAL +12\.50/);
    expect(out).toContain('2026-12-01 to 2026-12-03, UTC. Counted until 2026-12-03T10:00:00.000Z.');
  });

  it('asks for a tag and a period, and says where nothing has a price', async () => {
    let asked = '';
    const line = await fleet(({ path, query }) => {
      if (path !== '/api/usage') return undefined;
      asked = String(query);
      return { body: answer('tag', [{ key: '', name: '', ...used, live: true }], used) };
    });
    const { code, out } = await line.run('usage', '--tag', 'team', '--from', '2026-12-01');
    expect(code).toBe(0);
    expect([...new URLSearchParams(asked)]).toEqual([
      ['by', 'tag'],
      ['tag', 'team'],
      ['from', '2026-12-01'],
    ]);
    expect(out).toContain('(without)');
    expect(out).not.toContain('COST');
    expect(out).toContain('The plans have no price for what was used.');
  });

  it('says of a period in which nothing was used that nothing was counted', async () => {
    const nothing = answer('instance', [], { cpu: 0, memory: 0, storage: 0, replica: 0 });
    const { out } = await (await fleet(({ path }) => (path === '/api/usage' ? { body: nothing } : undefined))).run('usage');
    expect(out).toContain('Nothing was counted.');
    expect(out).not.toContain('no price');
  });

  it('gives programs the whole answer', async () => {
    const body = answer('day', [{ key: '2026-12-01', name: '2026-12-01', ...used, live: true }], used);
    const line = await fleet(({ path }) => (path === '/api/usage' ? { body } : undefined));
    const { out } = await line.run('usage', '--by', 'day', '-o', 'json');
    expect(JSON.parse(out)).toEqual(body);
    const wrong = await line.run('usage', '--by', 'colour');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('instance, day, subscription, plan, customer, tag')]);
  });
});
