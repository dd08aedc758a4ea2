import { describe, expect, it } from 'vitest';
import { evaluateTree } from './evaluate-tree.js';

const context = {
  sys: { deploymentCell: { region: 'eu-1' }, port: 5432 },
  parameters: {},
  secrets: (name: string) => (name === 'S' ? 'hush' : undefined),
  resources: {},
  seed: 's',
  place: 'charts.operator',
};

describe('evaluateTree', () => {
  it('evaluates texts where they stand and keeps types', () => {
    const tree = {
      a: '$sys.port',
      b: ['r-{{ $sys.deploymentCell.region }}', 3],
      c: '"$sys.port"',
      d: { 'x.y': '{{ $secret.S }}' },
      e: null,
      f: '"quoted"',
      g: '{{ .Go }}',
    };
    expect(evaluateTree(tree, context)).toEqual({
      ok: true,
      value: {
        value: { a: 5432, b: ['r-eu-1', 3], c: '5432', d: { 'x.y': 'hush' }, e: null, f: '"quoted"', g: '{{ .Go }}' },
        secretPaths: ['d["x.y"]'],
      },
    });
  });

  it('returns all problems', () => {
    expect(evaluateTree(['$var.a', { b: '{{ $var.b }}' }], context)).toMatchObject({
      ok: false,
      problem: [{ expression: '$var.a' }, { expression: '$var.b' }],
    });
  });
});
