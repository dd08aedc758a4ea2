import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentText, fragmentValue, isSecret, isTainted, maskFragment, textFragment } from './fragment-text.js';
import { type RenderScope, renderText } from './render-text.js';
import { plainDecimal, valueText } from './value-text.js';

const scope = (extra: Partial<RenderScope> = {}): RenderScope => ({ inputs: {}, values: {}, place: 'p', ...extra });

describe('renderText', () => {
  it('keeps the type of a whole expression and concatenates an embedded one', () => {
    const values = { 'p#0': { value: 3, source: '$var.n' }, 'p#1': { value: true, source: '$var.b' } };
    expect(fragmentValue(renderText('{{ $var.n }}', scope({ values })).fragment)).toBe(3);
    expect(fragmentValue(renderText('$var.n', scope({ values })).fragment)).toBe(3);
    expect(fragmentValue(renderText('{{ $var.n }}-{{$var.b}}', scope({ values })).fragment)).toBe('3-true');
  });

  it('threads an argument through templates: author text stays text, its expressions stay values', () => {
    const outer = renderText('  a: {{ $var.n }}\n  b: 1', scope({ values: { 'p#0': { value: 'x: y', source: '$var.n' } } })).fragment;
    const inner = renderText('{{inputs.parameters.block}}', scope({ inputs: { block: outer } })).fragment;
    expect(inner).toEqual(outer);
    expect(inner.parts).toEqual([{ text: '  a: ' }, { value: 'x: y', source: '$var.n' }, { text: '\n  b: 1' }]);
  });

  it('renders a missing tag empty and reports it', () => {
    expect(renderText('a{{inputs.parameters.x}}b{{ $var.y }}', scope())).toEqual({
      fragment: { parts: [{ text: 'ab' }] },
      missing: ['{{inputs.parameters.x}}', '{{ $var.y }}'],
    });
    expect(renderText('{{inputs.parameters.toString}}', scope()).missing).toHaveLength(1);
  });

  it('resolves items, workflow name and workflow parameters', () => {
    const { fragment } = renderText('{{item}} {{item.a.b}} {{workflow.name}} {{workflow.parameters.p}}', {
      ...scope({
        item: { a: { b: 2 } },
        itemFlags: { secret: true },
        workflowName: 'create',
        workflowParameters: { p: textFragment('q') },
      }),
    });
    expect(fragmentText(fragment)).toBe('{"a":{"b":2}} 2 create q');
    expect(isSecret(fragment)).toBe(true);
    expect(fragmentText(maskFragment(fragment))).toBe('*** *** create q');
  });

  it('carries flags', () => {
    const values = {
      'p#0': { value: 's', source: '$secret.S', secret: true as const },
      'p#1': { value: 't', source: '$infra.out.t', tainted: true as const },
    };
    const { fragment } = renderText('{{ $secret.S }}{{ $infra.out.t }}', scope({ values }));
    expect(isSecret(fragment)).toBe(true);
    expect(isTainted(fragment)).toBe(true);
    expect(JSON.stringify(maskFragment(fragment))).not.toContain('"s"');
  });

  it('never looks at inserted text again', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        const hostile = `{{inputs.parameters.b}}{{ $sys.id }}$sys.id ${noise}`;
        const inputs = { a: { parts: [{ value: hostile, source: '$var.a' }] }, b: textFragment('B') };
        const first = renderText('<{{inputs.parameters.a}}>', scope({ inputs })).fragment;
        const second = renderText('{{inputs.parameters.c}}', scope({ inputs: { c: first, b: textFragment('B') } })).fragment;
        expect(fragmentText(second)).toBe(`<${hostile}>`);
      }),
    );
  });
});

describe('valueText', () => {
  it('prints numbers in plain decimal, integers without a fraction', () => {
    expect([3, 3.0, -0, 0.5, 1e21, 1.5e-7, -1.25e22, 1.2345e3].map(plainDecimal)).toEqual([
      '3',
      '3',
      '0',
      '0.5',
      '1000000000000000000000',
      '0.00000015',
      '-12500000000000000000000',
      '1234.5',
    ]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
        expect(plainDecimal(n)).toMatch(/^-?\d+(?:\.\d+)?$/);
        expect(Number(plainDecimal(n))).toBe(n === 0 ? 0 : n);
      }),
    );
  });

  it('prints lists and objects as JSON and null as nothing', () => {
    expect([[1, 'a'], { k: null }, null, true].map((value) => valueText(value))).toEqual(['[1,"a"]', '{"k":null}', '', 'true']);
  });
});
