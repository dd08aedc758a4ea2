import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../build.js';
import { specOf } from '../spec.testing.js';

const errors = (spec: string): string[] =>
  buildPlan(spec).problems.flatMap(({ severity, code, cure }) => (severity === 'error' ? [`${code}: ${cure}`] : []));

describe('an expression where none is read', () => {
  it.each([
    ['regex: "{{ $sys.id }}", defaultValue: b', 'Write the pattern itself.'],
    ['labeledOptions: {A: "{{ $sys.id }}"}, defaultValue: b', 'Write the allowed values themselves.'],
    ['options: ["{{ $sys.id }}"], defaultValue: b', 'Write the allowed values themselves.'],
  ])('is one error, whatever a default is held against: %s', (fields, cure) => {
    expect(errors(specOf({ parameters: `- {key: size, type: String, ${fields}}` }))).toEqual([`expression-not-read: ${cure}`]);
  });

  it.each(['instanceTypes: [{apiParam: "{{ $var.size }}", cloudProvider: aws}]', 'replicaCountAPIParam: $var.size'])(
    'is one error in the place of a key of a parameter: %s',
    (compute) => {
      const spec = specOf({ parameters: '- {key: size, type: String}', service: `compute: {${compute}}` });
      expect(errors(spec)).toEqual(['expression-not-read: Write the key of the parameter: `size`.']);
    },
  );
});
