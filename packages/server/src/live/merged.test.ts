import { expect, it } from 'vitest';
import { merged } from './merged.js';

async function* counted(from: number, to: number): AsyncGenerator<number> {
  for (let next = from; next < to; next += 1) yield next;
}

it('gives what each source gives, in its order, and ends when all have ended', async () => {
  const all: number[] = [];
  for await (const one of merged([counted(0, 3), counted(10, 12), counted(0, 0)], new AbortController().signal)) all.push(one);
  expect(all.filter((one) => one < 10)).toEqual([0, 1, 2]);
  expect(all.filter((one) => one >= 10)).toEqual([10, 11]);
  expect(all).toHaveLength(5);
});

it('fails as a source fails, and ends the others', async () => {
  let isEnded = false;
  const stop = new AbortController();
  async function* quiet(): AsyncGenerator<number> {
    try {
      yield 1;
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    } finally {
      isEnded = true;
    }
  }
  async function* failing(): AsyncGenerator<number> {
    yield 2;
    throw new Error('broken');
  }
  await expect(
    (async () => {
      for await (const _ of merged([quiet(), failing()], stop.signal));
    })(),
  ).rejects.toThrow('broken');
  stop.abort();
  await expect.poll(() => isEnded).toBe(true);
});

it('waits once for a source that gives nothing, however much another one gives', async () => {
  const stop = new AbortController();
  let looks = 0;
  const silence = new Promise<IteratorResult<number>>(() => {});
  const seen = new Proxy(silence, {
    get(target, name) {
      if (name === 'then') looks += 1;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const silent = { next: () => seen, return: () => Promise.resolve({ done: true, value: undefined }) } as unknown as AsyncGenerator<number>;
  let last = -1;
  const all = merged([silent, counted(0, 1_000)], stop.signal);
  while (last < 999) last = Number((await all.next()).value);
  stop.abort();
  await all.return(undefined);
  expect(looks).toBeLessThan(5);
});
