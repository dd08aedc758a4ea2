import { describe, expect, it } from 'vitest';
import { SIGNED_IN, TEST_CALLER, testApp } from './app.testing.js';
import { createMetrics } from './metrics.js';
import { principalOf } from '../identity/principal.testing.js';

const TOKEN = 'a-token-of-20-letters';
const CHECKS = {
  database: 'storage-full: no space left on device: /var/lib/cellplane/postgres',
  'cell eu': 'FAILED: connect ECONNREFUSED 10.1.2.3:6443',
  'cell us': 'connect ECONNREFUSED 10.1.2.3:5432',
  'cell simulated': 'ok',
};

function probed(more: Parameters<typeof testApp>[1] = {}) {
  const app = testApp({}, { readiness: async () => ({ ready: false, checks: CHECKS }), operator: { orgId: TEST_CALLER.orgId }, ...more });
  return async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.request(path, { headers });
    return { status: response.status, text: await response.text() };
  };
}

describe('/readyz', () => {
  it('tells strangers what is wrong in codes, without addresses and paths', async () => {
    const { status, text } = await probed()('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      ready: false,
      checks: { database: 'storage-full', 'cell eu': 'FAILED', 'cell us': 'failing', 'cell simulated': 'ok' },
    });
  });

  it('tells the provider and the holder of the token in words', async () => {
    const ask = probed({ operator: { orgId: TEST_CALLER.orgId, metricsToken: TOKEN } });
    for (const authorization of [SIGNED_IN.authorization, `Bearer ${TOKEN}`])
      expect(JSON.parse((await ask('/readyz', { authorization })).text)).toEqual({ ready: false, checks: CHECKS });
  });

  it.each([
    ['a token that is none', async () => undefined],
    ['a session of somebody else', async () => principalOf({ ...TEST_CALLER, orgId: 'org-2' })],
    ['a session that cannot be looked up', () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:5432'))],
  ])('tells %s no more than strangers', async (_, authenticate) => {
    const { status, text } = await probed({ identity: { authenticate } })('/readyz', SIGNED_IN);
    expect([status, text.includes('10.1.2.3')]).toEqual([503, false]);
  });

  it('asks the database once, however many ask', async () => {
    let asked = 0;
    let answer = () => {};
    const readiness = () => {
      asked += 1;
      return new Promise<{ ready: boolean; checks: Record<string, string> }>((resolve) => {
        answer = () => resolve({ ready: true, checks: {} });
      });
    };
    const ask = probed({ readiness });
    const answers = Array.from({ length: 50 }, () => ask('/readyz'));
    answer();
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
    expect(asked).toBe(1);
  });
});

describe('/metrics', () => {
  it('has neither addresses nor paths', async () => {
    const { status, text } = await probed()('/metrics');
    const values = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(status).toBe(200);
    expect(values.length).toBeGreaterThan(10);
    expect(values.filter((line) => /\/|\d+\.\d+\.\d+\.\d+/.test(line))).toEqual([]);
  });

  it('are for the holder of the token and the provider only, where there is one', async () => {
    const ask = probed({ operator: { orgId: TEST_CALLER.orgId, metricsToken: TOKEN }, metrics: createMetrics() });
    expect(await ask('/metrics')).toMatchObject({ status: 401, text: expect.stringContaining('CELLPLANE_METRICS_TOKEN') });
    expect((await ask('/metrics', { authorization: 'Bearer another-token-of-30-letters' })).status).toBe(401);
    for (const authorization of [SIGNED_IN.authorization, `Bearer ${TOKEN}`])
      expect(await ask('/metrics', { authorization })).toMatchObject({ status: 200, text: expect.stringContaining('process_cpu') });
    expect((await ask('/healthz')).status).toBe(200);
  });
});
