import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../json.js';
import type { Fragment, ResolvedValue } from '../fragment.js';
import { renderManifest } from './manifest.js';
import { renderText } from '../render-text.js';
import { valueText } from '../value-text.js';

/** Pieces that mean something to YAML, to templates or to a shell; joined in any order. */
const HOSTILE = [
  '"',
  "'",
  '\n',
  '\r\n',
  '\t',
  ': ',
  '- ',
  '# ',
  '#',
  '{{',
  '}}',
  '{',
  '}',
  '[',
  ']',
  ',',
  '$',
  '${X}',
  '$sys.id',
  '{{ $sys.id }}',
  '{{inputs.parameters.other}}',
  '{{=1}}',
  '&a ',
  '*a',
  '!!int ',
  '!foo ',
  '|',
  '>',
  '|-\n',
  '? ',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '<<: ',
  '\\',
  '\\n',
  '\\x00',
  '\u0000',
  '\u0007',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\udfff',
  '😀',
  'null',
  '~',
  'yes',
  'on',
  '0x10',
  '1e3',
  '.inf',
  '.nan',
  '2001-01-01',
  'Qabcdefghijklmno0z',
  'Qabcdefghijklmno',
  '0z',
  'a',
  ' ',
  '  ',
  '__proto__',
  'constructor',
];
const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);

const MANIFEST = `apiVersion: v1
kind: Thing
metadata:
  name: "n-{{inputs.parameters.v}}"
  labels:
    {{inputs.parameters.v}}/key: fixed # {{inputs.parameters.v}}
spec:
  whole: {{inputs.parameters.v}}
  mixed: a {{inputs.parameters.v}} b
  single: '{{inputs.parameters.v}}'
  double: "{{inputs.parameters.v}}"
  literal: |
    {{inputs.parameters.v}}
    end
  folded: >-
    {{inputs.parameters.v}}
  list:
    - {{inputs.parameters.v}}
    - key: {{inputs.parameters.v}}
  flow: { a: {{inputs.parameters.v}}, b: [ {{inputs.parameters.v}}, "{{inputs.parameters.v}}" ] }
  expression: {{ $var.v }}
  {{inputs.parameters.block}}
`;

function render(value: string, extra: Partial<ResolvedValue> = {}): JsonObject {
  const resolved: ResolvedValue = { value, source: '$var.v', type: 'String', ...extra };
  const values = { 'templates.t.manifest#0': resolved, 'arguments.block#0': resolved, 'arguments.block#1': resolved };
  // Threaded twice, as plans do.
  const block = renderText('threaded: "{{ $var.v }}"\n  raw: {{ $var.v }}', { inputs: {}, values, place: 'arguments.block' }).fragment;
  const passed = renderText('{{inputs.parameters.block}}', { inputs: { block }, values: {}, place: 'x' }).fragment;
  const inputs: Record<string, Fragment> = { v: { parts: [resolved] }, block: passed, other: { parts: [{ text: 'INJECTED' }] } };
  const result = renderManifest(MANIFEST, { inputs, values, place: 'templates.t.manifest' });
  if (!result.ok) throw new Error(result.problem.message);
  return result.value.object;
}

/** Keys and lists, with the type of scalars left out. */
function shape(value: Json, of: string): Json {
  if (Array.isArray(value)) return value.map((item) => shape(item, of));
  if (typeof value !== 'object' || value === null) return '·';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key === `${of}/key` ? '<key>' : key, shape(item, of)]));
}

describe('a hostile value', () => {
  it('never changes the structure, and is exact wherever it is text', () => {
    const benign = shape(render('benign'), 'benign');
    fc.assert(
      fc.property(hostileText, (text) => {
        const object = render(text);
        expect(shape(object, text)).toEqual(benign);
        expect(object).toMatchObject({
          metadata: { name: `n-${text}` },
          spec: {
            single: text,
            double: text,
            threaded: text,
            literal: `${text}\nend\n`,
            folded: text,
            mixed: `a ${text} b`,
            flow: { b: [expect.anything(), text] },
          },
        });
        const { whole, raw, expression } = object['spec'] as JsonObject;
        // Unquoted, a text may only become a number or a boolean.
        const unquoted = [whole, raw, expression];
        expect(unquoted.filter((scalar) => scalar !== text && typeof scalar !== 'number' && typeof scalar !== 'boolean')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('never changes the structure when it is a JSON value of another type', () => {
    const benign = shape(render('benign'), 'benign');
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const tainted = { value: json as Json, source: '$x.out.v', tainted: true as const };
        const inputs = { v: { parts: [tainted] }, block: { parts: [] } };
        const result = renderManifest(MANIFEST.replace('  {{inputs.parameters.block}}\n', '').replace('$var.v', '$x.out.v'), {
          inputs,
          values: { 'p#0': tainted },
          place: 'p',
        });
        const object = result.ok ? result.value.object : {};
        const { threaded: _, raw: __, ...spec } = (benign as JsonObject)['spec'] as JsonObject;
        expect(shape(object, valueText(json as Json))).toEqual({ ...(benign as JsonObject), spec });
      }),
    );
  });

  it('of a megabyte is rendered exactly and quickly', () => {
    const text = 'x: {{ $sys.id }}\n- "\'#\u0000'.repeat(50_000);
    expect(text.length).toBeGreaterThan(1_000_000);
    render('warm');
    const started = performance.now();
    expect((render(text)['spec'] as JsonObject)['double']).toBe(text);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('that is secret never shows in the masked form', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w\n"':{}#-]{8,30}$/), (text) => {
        const secret: ResolvedValue = { value: text, source: '$secret.S', secret: true };
        const result = renderManifest(MANIFEST, {
          inputs: { v: { parts: [secret] }, block: { parts: [{ text: 'k: ' }, secret] } },
          values: { 'p#0': secret },
          place: 'p',
        });
        expect(result.ok).toBe(true);
        const everything: string[] = [];
        JSON.stringify(result.ok ? result.value.masked : null, (key, item: unknown) => {
          everything.push(key, String(item));
          return item;
        });
        expect(everything.filter((piece) => piece.includes(text))).toEqual([]);
      }),
    );
  });

  it('as the manifest itself is answered with a problem, never an exception', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (manifest, text) => {
        const result = renderManifest(`a: ${manifest}`, { inputs: { other: { parts: [{ text }] } }, values: {}, place: 'p' });
        expect(typeof result.ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
