import { describe, expect, it } from 'vitest';
import { fleet } from './fleet.testing.js';

const event = (n: number) => ({
  id: `event-${n}`,
  time: '2026-01-01T00:00:00.123456Z',
  message: '',
  operation: 'signin',
  outcome: 'refused',
  code: 'wrong-credentials',
  instanceId: '',
  ipAddress: '10.0.0.9',
});
const intact = { intact: true, events: 7, prunedUpTo: 3, position: 10, hash: 'ab'.repeat(32), unsealed: 1 };

describe('audit', () => {
  it('list follows pages up to the limit, with its filters', async () => {
    const asked: string[] = [];
    const line = await fleet(({ path, query }) => {
      if (path !== '/fleet/audit-events') return undefined;
      asked.push(String(query));
      return { body: { ids: [], events: [event(asked.length)], nextPageToken: `t${asked.length}` } };
    });
    const { code, out } = await line.run(
      'audit',
      'list',
      '--outcome',
      'refused',
      '--source',
      'Customer',
      '--environment',
      'se-1',
      '--limit',
      '2',
    );
    expect([code, asked.length]).toEqual([0, 2]);
    expect(asked[0]).toContain('environmentID=se-1');
    expect(out).toMatch(/event-1 +2026-01-01T00:00:00Z +signin +refused +wrong-credentials +10\.0\.0\.9/);
    expect(out).toContain('event-2');
  });

  it('verify tells the end of the trail, and fails with the first fault', async () => {
    const good = await (await fleet(({ path }) => (path === '/api/audit/verify' ? { body: intact } : undefined))).run('audit', 'verify');
    expect([good.code, good.out]).toEqual([0, expect.stringContaining(`--position 10 --hash ${intact.hash}`)]);
    const fault = { kind: 'edited', position: 5, eventId: 'event-5', message: 'Event event-5, at 5, was changed after it was written.' };
    const bad = await fleet(({ path }) => (path === '/api/audit/verify' ? { body: { ...intact, intact: false, fault } } : undefined));
    const found = await bad.run('audit', 'verify');
    expect([found.code, found.err]).toEqual([1, expect.stringContaining('event-5, at 5, was changed')]);
  });
});
