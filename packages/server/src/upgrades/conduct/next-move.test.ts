import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateSeconds } from '../foresight/estimate.js';
import { lookAtSome, spread } from '../foresight/look-ahead.js';
import { nextMove, type PathState } from './next-move.js';
import { failuresToHalt, readStrategy, type StrategyRequest, waveSizes } from '../strategy.js';
import { type Counts, noCounts, totalOf } from '../upgrade-path.js';

const now = new Date('2030-01-01T00:00:00Z');
const state = (counts: Partial<Counts>, more: Partial<PathState> = {}, request: StrategyRequest = {}): PathState => ({
  strategy: readStrategy(request),
  maxConcurrent: 2,
  wave: 0,
  lastWave: 1,
  counts: { ...noCounts(), ...counts },
  inFlight: counts.IN_PROGRESS ?? 0,
  acceptedFailures: 0,
  soakUntil: null,
  now,
  ...more,
});

describe('the next move', () => {
  it.each<[string, PathState, string]>([
    ['begins while there is room', state({ PENDING: 9, IN_PROGRESS: 1 }), 'begin'],
    ['waits while there is none', state({ PENDING: 8, IN_PROGRESS: 2 }), 'wait'],
    ['waits for the last ones', state({ IN_PROGRESS: 1, COMPLETE: 9 }), 'wait'],
    ['halts at a tenth', state({ PENDING: 9, FAILED: 1 }), 'halt'],
    ['halts at a tenth of what was not left out', state({ PENDING: 1, SKIPPED: 18, FAILED: 1 }), 'halt'],
    ['halts while others go on', state({ PENDING: 7, IN_PROGRESS: 2, FAILED: 1 }), 'halt'],
    ['halts before the next wave', state({ COMPLETE: 9, FAILED: 1 }), 'halt'],
    ['has nothing to halt after the last wave', state({ COMPLETE: 9, FAILED: 1 }, { lastWave: 0 }), 'judge'],
    ['goes on over what was accepted', state({ PENDING: 8, FAILED: 1 }, { acceptedFailures: 1 }), 'begin'],
    ['halts again at as many more', state({ PENDING: 8, FAILED: 2 }, { acceptedFailures: 1 }), 'halt'],
    ['judges at once without a soak', state({ COMPLETE: 10 }), 'judge'],
    ['soaks', state({ COMPLETE: 10 }, {}, { soakSeconds: 60 }), 'soak'],
    ['does not soak where nothing was touched', state({ SKIPPED: 10 }, {}, { soakSeconds: 60 }), 'judge'],
    ['goes on soaking', state({ COMPLETE: 10 }, { soakUntil: new Date(now.getTime() + 1) }, { soakSeconds: 60 }), 'soaking'],
    ['judges after the soak', state({ COMPLETE: 10 }, { soakUntil: now }, { soakSeconds: 60 }), 'judge'],
  ])('%s', (_, given, move) => {
    expect(nextMove(given).move).toBe(move);
  });

  it('ends every path, within its limits, whatever fails and in whatever order', () => {
    const share = fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.array(share, { maxLength: 4 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 100 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
        (total, waves, maxConcurrent, haltAtFailurePercent, random) => {
          const strategy = readStrategy({ waves, soakSeconds: 0, haltAtFailurePercent });
          const sizes = waveSizes(total, strategy);
          const draw = () => random.next().value;
          const counts = sizes.map((size) => ({ ...noCounts(), PENDING: size }));
          let wave = 0;
          let steps = 0;
          for (;;) {
            steps += 1;
            expect(steps).toBeLessThan(total * 6 + 50);
            const present = counts[wave];
            if (present === undefined) throw new Error('no such wave');
            expect(counts.reduce((sum, one) => sum + totalOf(one), 0)).toBe(total);
            // Of later waves nothing is touched.
            for (const later of counts.slice(wave + 1)) expect(later.PENDING).toBe(totalOf(later));
            const move = nextMove({
              ...state({}),
              strategy,
              maxConcurrent,
              wave,
              lastWave: sizes.length - 1,
              counts: present,
              inFlight: present.IN_PROGRESS,
            });
            if (move.move === 'halt') {
              if (present.FAILED < failuresToHalt(totalOf(present) - present.SKIPPED, strategy)) throw new Error('halted too early');
              return;
            }
            if (move.move === 'begin') {
              present.PENDING -= 1;
              present.IN_PROGRESS += 1;
              if (present.IN_PROGRESS > maxConcurrent) throw new Error('too many at a time');
              if (draw() < 50) continue;
            }
            if (move.move === 'judge') {
              if (wave === sizes.length - 1) return;
              wave += 1;
              continue;
            }
            // Something ends, or a person skips what waits.
            const what = draw();
            if (present.PENDING > 0 && what < 5) {
              present.PENDING -= 1;
              present.SKIPPED += 1;
            } else if (present.IN_PROGRESS > 0) {
              present.IN_PROGRESS -= 1;
              present[what < 90 ? 'COMPLETE' : 'FAILED'] += 1;
            }
          }
        },
      ),
    );
  });
});

describe('what is foreseen', () => {
  it('takes as long as its turns and soaks, if anybody knows', () => {
    expect(estimateSeconds({ waveSizes: [10, 90], maxConcurrent: 25, medianSeconds: 30, soakSeconds: 300 })).toBe(5 * 30 + 600);
    expect(estimateSeconds({ waveSizes: [10], maxConcurrent: 1, medianSeconds: null, soakSeconds: 0 })).toBe(null);
  });

  it('is spread over all', () => {
    expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(
      spread(
        Array.from({ length: 101 }, (_, n) => n),
        5,
      ),
    ).toEqual([0, 25, 50, 75, 100]);
  });

  it('sums up what would change, and says what could not be looked at', async () => {
    const changes = await lookAtSome(['a', 'b', 'c'], (id) =>
      id === 'b'
        ? Promise.reject(new Error('its cell is away'))
        : Promise.resolve({
            objects: [
              { action: 'change', restarts: id === 'a' },
              { action: 'create', restarts: false, refused: 'no' },
            ],
          }),
    );
    expect(changes).toMatchObject({
      lookedAt: 2,
      complete: false,
      changed: 2,
      created: 2,
      refused: 2,
      restarts: 1,
      instancesThatRestart: 1,
      notes: ['b: its cell is away'],
    });
    expect(await lookAtSome(['a'], undefined)).toMatchObject({
      lookedAt: 0,
      complete: false,
      notes: [expect.stringContaining('could not')],
    });
  });
});
