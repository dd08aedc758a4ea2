import { describe, expect, it } from 'vitest';
import { Backoff, pause } from './backoff.js';

describe('Backoff', () => {
  it('doubles up to the limit, takes up to half off, and begins again', () => {
    const whole = new Backoff(100, 1_000, () => 1);
    expect([1, 2, 3, 4, 5, 6].map(() => whole.next())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    whole.reset();
    expect(whole.next()).toBe(100);
    expect(new Backoff(100, 1_000, () => 0).next()).toBe(50);
  });

  it('waits as long as the server asks for', () => {
    expect(new Backoff(100, 1_000).next(5_000)).toBe(5_000);
  });
});

describe('pause', () => {
  it('ends at once when aborted', async () => {
    const abort = new AbortController();
    const waiting = pause(3_600_000, abort.signal);
    abort.abort();
    await waiting;
    await pause(3_600_000, abort.signal);
    expect(abort.signal.aborted).toBe(true);
  });
});
