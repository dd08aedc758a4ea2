import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failuresToHalt, readStrategy, type StrategyRequest, strategyOnWire, waveSizes } from './strategy.js';

describe('a strategy', () => {
  it('is one wave that stops at a tenth of failures where nothing is said', () => {
    expect(readStrategy()).toEqual({
      waves: [],
      soakSeconds: 0,
      healthGate: false,
      conditionGates: [],
      haltAtFailures: null,
      haltAtFailurePercent: 10,
      order: 'oldest',
      automaticRollback: false,
      ignoreWindows: false,
    });
  });

  it('is watched and judged between its waves', () => {
    expect(readStrategy({ canary: 1, waves: ['10%', 50] })).toMatchObject({
      waves: [{ instances: 1 }, { percent: 10 }, { instances: 50 }],
      soakSeconds: 300,
      healthGate: true,
    });
    expect(readStrategy({ waves: ['50%'], gates: { health: false }, soakSeconds: 0 })).toMatchObject({ soakSeconds: 0, healthGate: false });
  });

  it('reads back what it shows', () => {
    const strategy = readStrategy({
      waves: [1, '10%'],
      haltAtFailures: 3,
      order: 'own-first',
      gates: { conditions: [{ kind: 'Cluster', condition: 'status.phase == Cluster in healthy state' }] },
    });
    expect(readStrategy(strategyOnWire(strategy))).toEqual(strategy);
  });

  it.each<[StrategyRequest, string]>([
    [{ canary: 0 }, 'strategy.canary'],
    [{ canary: '101%' }, 'strategy.canary'],
    [{ canary: 'half' }, 'strategy.canary'],
    [{ waves: ['10%', -1] }, 'strategy.waves[1]'],
    [{ waves: ['1.5%'] }, 'strategy.waves[0]'],
    [{ waves: Array.from({ length: 21 }, () => 1) }, 'strategy.waves'],
    [{ soakSeconds: -1 }, 'strategy.soakSeconds'],
    [{ soakSeconds: 604_801 }, 'strategy.soakSeconds'],
    [{ haltAtFailures: 0 }, 'strategy.haltAtFailures'],
    [{ haltAtFailurePercent: 101 }, 'strategy.haltAtFailurePercent'],
    [{ order: 'random' }, 'strategy.order'],
    [{ gates: { conditions: [{ kind: 'cluster; drop', condition: 'a == b' }] } }, 'strategy.gates.conditions[0].kind'],
    [{ gates: { conditions: [{ kind: 'Cluster', condition: '(((' }] } }, 'strategy.gates.conditions[0].condition'],
  ])('refuses %j', (request, field) => {
    expect(() => readStrategy(request)).toThrow(
      expect.objectContaining({ code: 'invalid-strategy', details: [expect.objectContaining({ field })] }),
    );
  });
});

describe('waves', () => {
  it.each<[number, StrategyRequest, number[]]>([
    [7, {}, [7]],
    [1_000, { canary: 10, waves: ['25%', '50%'] }, [10, 250, 500, 240]],
    [10, { canary: '1%' }, [1, 9]],
    [3, { canary: 5, waves: ['50%'] }, [3]],
    [4, { waves: ['50%', '50%', '50%'] }, [2, 2]],
  ])('of %i instances with %j are %j', (total, request, sizes) => {
    expect(waveSizes(total, readStrategy(request))).toEqual(sizes);
  });

  it('have one instance each at least, and together all', () => {
    const share = fc.oneof(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.array(share, { maxLength: 20 }), (total, waves) => {
        const sizes = waveSizes(total, readStrategy({ waves }));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('a halt', () => {
  it.each<[number, StrategyRequest, number]>([
    [10, {}, 1],
    [1_000, {}, 100],
    [1_000, { haltAtFailurePercent: 2 }, 20],
    [10, { haltAtFailurePercent: 2 }, 1],
    [1_000, { haltAtFailures: 3 }, 3],
    [10, { haltAtFailures: 30 }, 10],
    [1_000, { haltAtFailures: 50, haltAtFailurePercent: 1 }, 10],
  ])('of a wave of %i with %j comes at %i failures', (size, request, failures) => {
    expect(failuresToHalt(size, readStrategy(request))).toBe(failures);
  });
});
