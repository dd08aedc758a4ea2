import { describe, expect, it } from 'vitest';
import { waitForEnd } from './executions.js';

describe('a call that waits', () => {
  it('goes on waiting where the database does not answer for a while: what was accepted goes on, too', async () => {
    const looks = [Promise.resolve(false), Promise.reject(new Error('connection terminated')), Promise.resolve(true)];
    for (const look of looks) look.catch(() => undefined);
    await waitForEnd(() => looks.shift() ?? Promise.reject(new Error('looked at once more')), { seconds: 60 });
    expect(looks).toEqual([]);
  });

  it('ends when its time is up, and at once when nobody listens any more', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      return false;
    };
    await waitForEnd(look, { seconds: 0.01 });
    expect(looks).toBeGreaterThan(0);
    looks = 0;
    await waitForEnd(look, { seconds: 60, signal: AbortSignal.abort() });
    expect(looks).toBe(0);
  });
});
