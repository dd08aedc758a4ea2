/** Values that no honest client sends, and those that one would: what requests of the fuzz are made of. */
import * as fc from 'fast-check';
import type { SchemaShape } from '../../packages/api/src/schema-shape.testing.js';

/** Stands in JSON text for itself without the quotation marks: what `JSON.stringify` cannot write. */
export const token = (text: string) => `@@token:${text}@@`;

/** JSON with its tokens in place. */
export function jsonOf(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll(
    /"@@token:((?:[^"\\]|\\.)*?)@@"/g,
    (_, inner: string) => JSON.parse(`"${inner}"`) as string,
  );
}

const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfff',
  '\u202etxt.exe',
  '\u2066\u2069',
  '\ufeffx',
  'é',
  'e\u0301',
  'ﬁ',
  'ADMİN@EXAMPLE.COM',
  'ѕ-1',
  '😀'.repeat(64),
  'a\u0300'.repeat(500),
  'x'.repeat(257),
  'x'.repeat(16_385),
  '../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  "' or '1'='1",
  '"; drop',
  '$1',
  '\\',
  '{{ $sys.id }}',
  '{{=1}}',
  '${x}',
  '$',
  '*',
  '%',
  '_',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e400',
  '9223372036854775808',
  '0x10',
  '2147483648.0',
  '99999999999999999999.0',
  '1.2147483648',
  '\r\nx-injected: 1',
  '<script>alert(1)</script>',
  'a@b',
  'a@b.example\n',
  'a..b@c.example',
  '"a b"@c.example',
  'http://127.0.0.1:1/',
  'http://[::1]/',
  'http://169.254.169.254/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://',
  'https://a:b@c.example:99999/',
  'eyJhbGciOiJub25lIn0.e30.',
  'AAAA.AAAA',
];

const MOMENTS = [
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00+99:99',
  '0000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '-200000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '294277-01-01T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '1e21',
  'infinity',
  'now',
  '2026-01-01T00:00:00.123456789123456789Z',
];

const NUMBERS = [
  '-0',
  '0.1',
  '-1',
  '1e400',
  '-1e400',
  '1e-400',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '1e15',
  '1E+2',
  '1.0',
  '9'.repeat(400),
];

/** Texts for paths, queries and bodies. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...MOMENTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

const nested = (depth: number, open: string, close: string) => token(`${open.repeat(depth)}1${close.repeat(depth)}`);

/** Anything that JSON text can hold. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS).map(token) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], [{}], { '': '' }, { a: null }, { constructor: 1 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      nested(150, '[', ']'),
      nested(199, '[', ']'),
      Array.from({ length: 1_001 }, () => 'x'),
      Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`k${at}`, at])),
      token('{"__proto__":{"a":1}}'),
      token('{"a":1,"a":2}'),
      { ['k'.repeat(300)]: 1 },
      { 'a\u0000': 1 },
      { '\ud800': 1 },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** A value of another type than the schema's; undefined where any is of its type. */
export function wrongValue(schema: SchemaShape): fc.Arbitrary<unknown> | undefined {
  if (schema.anyOf !== undefined || schema.const !== undefined || schema.enum !== undefined) return undefined;
  const others: Record<string, unknown[]> = {
    string: [{}, [], 1, true],
    integer: [{}, 'x', 1.5, true],
    number: [{}, 'x', []],
    boolean: [{}, 'x', 7],
    array: ['x', {}, 1],
    object: ['x', [], 1],
  };
  const some = others[schema.type ?? ''];
  return some === undefined ? undefined : fc.constantFrom(...some);
}

/** A value that the schema takes, most of the time. `known` gives texts that mean something here, by the member's name. */
export function validValue(schema: SchemaShape, name: string, known: (name: string) => string | undefined): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => validValue(one, name, known)));
  switch (schema.type) {
    case 'object':
      return objectValue(schema, known);
    case 'array':
      return fc.array(validValue(schema.items ?? {}, name, known), { maxLength: 2 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: 100 });
    case 'string':
      return fc.constant(known(name) ?? exampleOf(name));
    default:
      return fc.constantFrom<unknown>('x', 1, {}, []);
  }
}

function objectValue(schema: SchemaShape, known: (name: string) => string | undefined): fc.Arbitrary<unknown> {
  if (schema.patternProperties !== undefined) return fc.constantFrom<unknown>({}, { a: 'x' });
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    const value = validValue(inner, name, known);
    return [name, required.has(name) ? value : fc.option(value, { nil: undefined, freq: 1 })] as const;
  });
  return fc
    .record(Object.fromEntries(members))
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
}

function exampleOf(name: string): string {
  if (/email/i.test(name)) return 'fuzz@customers.example';
  if (/password/i.test(name)) return 'a long password of a fuzz';
  if (/url|website|logo|policy|terms/i.test(name)) return 'https://example.com/';
  if (/date|time|expires/i.test(name)) return '2030-01-01T00:00:00Z';
  if (/role/i.test(name)) return 'reader';
  return 'x';
}
