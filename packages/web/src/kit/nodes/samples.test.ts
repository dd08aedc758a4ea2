import { describe, expect, it } from 'vitest';
import { lineOf, nodesOf, type Reading, withReading } from './samples';

const T = Date.parse('2026-01-01T00:00:00Z') / 1_000;
const metrics = (second: number, ...nodes: [string, number][]) => ({
  readAt: '2026-01-01T01:00:00Z',
  samples: nodes.map(([node, cpu]) => ({ node, cpu, memory: cpu * 2, at: new Date((T + second) * 1_000).toISOString() })),
});

describe('what was measured', () => {
  const readings = [metrics(0, ['pg-1', 1]), metrics(0, ['pg-1', 1]), metrics(15, ['pg-10', 3], ['pg-2', 2])].reduce<readonly Reading[]>(
    withReading,
    [],
  );

  it('is kept once', () => expect(readings.map(({ at }) => at - T)).toEqual([0, 15]));

  it('is a line for each node, with gaps', () => {
    expect(nodesOf(readings)).toEqual(['pg-1', 'pg-2', 'pg-10']);
    expect(lineOf(readings, 'pg-1', 'cpu')).toEqual([1, null]);
    expect(lineOf(readings, 'pg-2', 'memory')).toEqual([null, 4]);
  });

  it('is nothing where nothing was measured', () => expect(withReading([], metrics(0))).toEqual([]));
});
