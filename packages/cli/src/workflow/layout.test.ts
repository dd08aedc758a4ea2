import { describe, expect, it } from 'vitest';
import { layOut } from './layout.js';

/** `c: a b` = c comes after a and b. */
function drawn(...lines: string[]): string[] {
  const tasks = lines.map((line) => {
    const [id = '', needs = ''] = line.split(':');
    return { id, dependsOn: needs.split(' ').filter((need) => need !== '') };
  });
  return layOut(tasks).map(({ id, branch, after }) => `${branch}${id}${after.length === 0 ? '' : ` after ${after.join(', ')}`}`);
}

describe('the layout of a graph', () => {
  it('keeps a chain in one column', () => {
    expect(drawn('a', 'b: a', 'c: b')).toEqual(['a', 'b', 'c']);
  });

  it('indents branches, and brings their join back', () => {
    expect(drawn('a', 'b: a', 'c: a', 'd: b c', 'e: d')).toEqual(['a', '├─ b', '└─ c', 'd after b, c', 'e']);
  });

  it('draws branches of branches, and longer ones', () => {
    expect(drawn('a', 'b: a', 'c: a', 'd: b', 'e: b', 'f: d', 'g: e f', 'h: c g')).toEqual([
      'a',
      '├─ b',
      '│  ├─ d',
      '│  │  f',
      '│  └─ e',
      '│  g after e, f',
      '└─ c',
      'h after c, g',
    ]);
  });

  it('draws what depends on nothing side by side', () => {
    expect(drawn('a', 'b', 'c: a b')).toEqual(['├─ a', '└─ b', 'c after a, b']);
  });

  it('leaves out what follows from the rest', () => {
    expect(drawn('a', 'b: a', 'c: a b')).toEqual(['a', 'b', 'c']);
  });

  it('draws every task once, whatever depends on what', () => {
    expect(drawn('a: b', 'b: a', 'c: none c').toSorted()).toHaveLength(3);
    expect(layOut([])).toEqual([]);
  });
});
