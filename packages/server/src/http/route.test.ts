import { describe, expect, it } from 'vitest';
import { normalPath } from './route.js';

describe('normalPath', () => {
  const pathOf = (path: string) => normalPath(new Request(`http://local${path}`));

  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/a', '/a'],
    ['/a/', '/a'],
    ['/a///', '/a'],
    ['/a//b/', '/a//b'],
    ['/a/?b=/', '/a'],
  ])('%s is %s', (path, normal) => {
    expect(pathOf(path)).toBe(normal);
  });

  it('takes one look at a path of slashes', () => {
    const before = process.cpuUsage();
    expect(pathOf(`/a${'/'.repeat(1_000_000)}b/`)).toHaveLength(1_000_003);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
