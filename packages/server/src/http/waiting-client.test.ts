import { afterAll, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { SIGNED_IN, testApp } from './app.testing.js';
import { listen } from './listen.js';

/** Handlers that wait for nothing but the end of their request. */
const closing = new AbortController();
const ended: string[] = [];
let begun = () => {};
let over = () => {};
const app = testApp(
  {
    listServices: ({ signal }) =>
      new Promise((resolve, reject) => {
        if (signal === undefined) return reject(new Error('no signal'));
        signal.addEventListener('abort', () => {
          ended.push('aborted');
          resolve({ ids: [], services: [] });
          over();
        });
        begun();
      }),
  },
  { closing: closing.signal },
);
const listening = await listen(app, '127.0.0.1', 0, silentLogger);
afterAll(() => listening.close(0));

it('tells a handler that waits that its client has gone, and that the server stops', async () => {
  const first = new Promise<void>((resolve) => (begun = resolve));
  const aborted = new Promise<void>((resolve) => (over = resolve));
  const gone = new AbortController();
  const request = fetch(`${listening.url}/2022-09-01-00/service`, { headers: SIGNED_IN, signal: gone.signal });
  await first;
  gone.abort();
  await expect(request).rejects.toMatchObject({ name: 'AbortError' });
  await aborted;

  const second = new Promise<void>((resolve) => (begun = resolve));
  const answered = fetch(`${listening.url}/2022-09-01-00/service`, { headers: SIGNED_IN });
  await second;
  closing.abort();
  expect((await answered).status).toBe(200);
  expect(ended).toEqual(['aborted', 'aborted']);
});
