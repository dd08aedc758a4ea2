import { gunzipSync } from 'node:zlib';
import { operations, type Operation } from '@cellplane/api';
import { expect, it } from 'vitest';
import { SIGNED_IN, testApp } from './app.testing.js';

const LONG = { services: Array.from({ length: 200 }, (_, index) => ({ id: `s-${index}`, name: 'orders of the shop' })) };
const app = testApp({
  listServices: () => Promise.resolve(LONG as never),
  describeUser: () => Promise.resolve({ id: 'user-1' } as never),
  signin: () => Promise.resolve({ jwtToken: 'x'.repeat(10_000) } as never),
});
const ask = (path: string, accepted?: string, init: RequestInit = {}) =>
  app.request(`/2022-09-01-00${path}`, {
    ...init,
    headers: { ...SIGNED_IN, ...(accepted === undefined ? {} : { 'accept-encoding': accepted }) },
  });

it('a long answer is sent compressed to who reads that, and says so to what lies between', async () => {
  const answer = await ask('/service', 'br;q=1.0, gzip;q=0.8, *;q=0.1');
  expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual(['gzip', 'accept-encoding']);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.length).toBeLessThan(JSON.stringify(LONG).length / 5);
  expect(JSON.parse(gunzipSync(bytes).toString())).toEqual(LONG);
});

it.each([undefined, 'identity', 'br', 'gzip;q=0', 'deflate, gzip; q=0.0', 'gzipped'])(
  'who accepts %s gets it as it is',
  async (accepted) => {
    const answer = await ask('/service', accepted);
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.json()).toEqual(LONG);
  },
);

it('a short answer is sent as it is', async () => {
  expect((await ask('/user', 'gzip')).headers.get('content-encoding')).toBeNull();
});

it('the answer to a sign-in, which has tokens, is not compressed', async () => {
  const body = JSON.stringify({ email: 'ada@acme.example', password: 'a long password' });
  const answer = await ask('/signin', 'gzip', { method: 'POST', body });
  expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, null]);
});

it('nothing that gives a secret out is a read, which could be compressed', () => {
  const rows = Object.values<Operation>(operations);
  expect(rows.filter(({ method, answersSecret }) => answersSecret && method === 'GET')).toEqual([]);
});
