import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { NoTurn, Turns } from './turns.js';

/** Works that end when they are told to, in the order in which they began. */
function scene(options: { atOnce?: number; seats?: number; waitMs?: number } = {}) {
  const turns = new Turns({ atOnce: 1, seats: 4, waitMs: 60_000, ...options });
  const begun: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (name: string, request: { key?: string; preferred?: boolean; signal?: AbortSignal } = {}) =>
    turns
      .run({ key: name, ...request }, () => {
        begun.push(name);
        return new Promise<void>((end) => ends.push(end));
      })
      .catch((error: unknown) => {
        if (!(error instanceof NoTurn)) throw error;
        refused.push(name);
      });
  // What follows from an end follows at once, in promises.
  const settled = () => new Promise((done) => setImmediate(done));
  const endOne = async () => {
    await settled();
    ends.shift()?.();
    await settled();
  };
  return { turns, begun, refused, ask, endOne };
}

describe('turns', () => {
  it('go on as many at once as there may be', async () => {
    const { begun, ask, turns } = scene({ atOnce: 2 });
    for (const name of ['a', 'b', 'c']) void ask(name);
    await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 15_000 });
    expect(begun).toEqual(['a', 'b']);
    expect(turns.load).toEqual({ working: 2, waiting: 1 });
  });

  it('are taken by key: who asks often waits longer than who asks once', async () => {
    const { begun, ask, endOne } = scene();
    for (const name of ['x1', 'x2', 'x3']) void ask(name, { key: 'x' });
    void ask('y');
    for (let turn = 0; turn < 3; turn += 1) await endOne();
    expect(begun).toEqual(['x1', 'x2', 'y', 'x3']);
  });

  it('refuse whoever holds the most seats when there is none left', async () => {
    const { refused, ask } = scene();
    void ask('first');
    for (const name of ['x1', 'x2', 'x3', 'x4']) void ask(name, { key: 'x' });
    void ask('y');
    void ask('x5', { key: 'x' });
    await vi.waitFor(() => expect(refused).toEqual(['x4', 'x5']), { timeout: 15_000 });
  });

  it('give the preferred seats of their own and three of four turns', async () => {
    const { begun, refused, ask, endOne } = scene();
    void ask('first');
    for (let one = 1; one <= 4; one += 1) void ask(`o${one}`, { key: 'o' });
    for (let one = 1; one <= 4; one += 1) void ask(`p${one}`, { key: 'p', preferred: true });
    for (let turn = 0; turn < 8; turn += 1) await endOne();
    expect(refused).toEqual([]);
    expect(begun).toEqual(['first', 'p1', 'p2', 'p3', 'o1', 'p4', 'o2', 'o3', 'o4']);
  });

  it('are no longer waited for when the time is over, or nobody waits for the answer', async () => {
    const { begun, refused, ask, endOne, turns } = scene({ waitMs: 5 });
    void ask('first');
    const gone = new AbortController();
    const leaving = ask('leaves', { signal: gone.signal });
    void ask('waits');
    gone.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    await vi.waitFor(() => expect(refused).toEqual(['waits']), { timeout: 15_000 });
    expect(turns.load).toEqual({ working: 1, waiting: 0 });
    await endOne();
    expect(begun).toEqual(['first']);
  });

  it('pass on when the work fails', async () => {
    const turns = new Turns({ atOnce: 1, seats: 1, waitMs: 60_000 });
    const results = await Promise.allSettled([
      turns.run({ key: 'a' }, () => Promise.reject(new Error('no'))),
      turns.run({ key: 'b' }, () => Promise.resolve('yes')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(turns.load).toEqual({ working: 0, waiting: 0 });
  });

  it('never are more than allowed, and none is lost, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), preferred: fc.boolean(), leaves: fc.boolean(), ticks: fc.nat(3) }), {
          maxLength: 40,
        }),
        async (atOnce, seats, requests) => {
          const turns = new Turns({ atOnce, seats, waitMs: 60_000 });
          let working = 0;
          const results = await Promise.allSettled(
            requests.map(async ({ leaves, ticks, ...request }) => {
              const gone = new AbortController();
              const done = turns.run({ ...request, signal: gone.signal }, async () => {
                working += 1;
                expect(working).toBeLessThanOrEqual(atOnce);
                expect(turns.load.waiting).toBeLessThanOrEqual(2 * seats);
                for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
                working -= 1;
              });
              if (leaves) gone.abort(new Error('gone'));
              return done;
            }),
          );
          const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
          expect(failed.filter((error) => !(error instanceof NoTurn) && error.message !== 'gone')).toEqual([]);
          expect(turns.load).toEqual({ working: 0, waiting: 0 });
          await expect(turns.run({ key: 'last' }, () => Promise.resolve('served'))).resolves.toBe('served');
        },
      ),
    );
  });
});
