import type { ApiParameter, CompiledPlan, CompiledResource, Json } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.js';
import { noteNumberTexts } from '../request-text/number-text.js';
import { createValues, modifyValues } from './parameters.js';

function parameter(key: string, more: Partial<ApiParameter> = {}): ApiParameter {
  return {
    key,
    name: key,
    description: '',
    type: 'String',
    modifiable: true,
    required: false,
    export: true,
    tabIndex: 0,
    isList: false,
    parameterDependencyMap: {},
    ...more,
  };
}

function plan(...parameters: ApiParameter[]): CompiledPlan {
  const resource = (key: string, declared: ApiParameter[]) => ({ key, parameters: declared }) as unknown as CompiledResource;
  return { resources: [resource('db', parameters), resource('other', [parameter('onlyOther')])] } as unknown as CompiledPlan;
}

function create(given: unknown, ...parameters: ApiParameter[]) {
  return createValues({ plan: plan(...parameters), resourceKey: 'db', given, cloudProvider: 'aws' });
}

function problems(body: () => unknown): [string | undefined, string | undefined][] {
  try {
    body();
  } catch (error) {
    if (error instanceof DomainError) return error.details.map((detail) => [detail.field, detail.code]);
    throw error;
  }
  return [];
}

describe('createValues', () => {
  it('types values, takes defaults and drops what another resource declares', () => {
    const values = create(
      { size: '3', ratio: 0.5, on: 'TRUE', name: 7, onlyOther: 'x', tree: '{"a":[1]}', list: '[1,2]' },
      parameter('size', { type: 'Int32' }),
      parameter('ratio', { type: 'Float64' }),
      parameter('on', { type: 'Boolean' }),
      parameter('name'),
      parameter('tree', { type: 'Json' }),
      parameter('list', { type: 'Int', isList: true }),
      parameter('count', { type: 'Float64', defaultValue: '2' }),
      parameter('optional'),
    );
    expect(values).toEqual({ clear: { size: 3, ratio: 0.5, on: true, name: '7', tree: { a: [1] }, list: [1, 2], count: 2 }, secret: {} });
  });

  it('keeps Password and Secret apart and does not quote them', () => {
    expect(create({ p: 'hunter2' }, parameter('p', { type: 'Password' }))).toEqual({ clear: {}, secret: { p: 'hunter2' } });
    expect(() => create({ p: 'hunter2' }, parameter('p', { type: 'Password', limits: { minLength: 12 } }))).toThrow(
      /^(?!.*hunter2).*at least 12.*$/,
    );
  });

  it('takes what a Kubernetes object can hold, and no more', () => {
    const whole = 'é'.repeat(2 ** 19);
    expect(create({ name: whole }, parameter('name'))).toEqual({ clear: { name: whole }, secret: {} });
    const declared = [
      parameter('name'),
      parameter('word', { type: 'Password' }),
      parameter('tree', { type: 'Json' }),
      parameter('list', { isList: true }),
    ];
    const given = { name: `${whole}x`, word: `${whole}x`, tree: { a: whole }, list: [whole] };
    expect(problems(() => create(given, ...declared))).toEqual(Object.keys(given).map((key) => [key, 'too-long']));
    expect(() => create({ name: `${whole}x` }, parameter('name'))).toThrow('name has 1048577 bytes; at most 1048576 fit.');
  });

  it('names everything that is wrong at once', () => {
    const declared = [
      parameter('a', { required: true }),
      parameter('b', { type: 'Int32', limits: { min: 1, max: 5 } }),
      parameter('c', { options: ['x', 'y'] }),
      parameter('d', { regex: '[a-z]+' }),
      parameter('e', { type: 'Boolean' }),
      parameter('f', { labeledOptions: { Small: 's' } }),
    ];
    expect(problems(() => create({ b: 6, c: 'z', d: 'a1', e: 'yes', f: 'Small', instanceTpye: 1 }, ...declared))).toEqual([
      ['instanceTpye', 'unknown-parameter'],
      ['a', 'missing-parameter'],
      ['b', 'above-maximum'],
      ['c', 'not-an-option'],
      ['d', 'pattern-mismatch'],
      ['e', 'wrong-type'],
      ['f', 'not-an-option'],
    ]);
  });

  it.each<[Partial<ApiParameter>, Json, string]>([
    [{ type: 'Json' }, '{bad', 'wrong-type'],
    [{ type: 'Bytes' }, 'not base64!', 'wrong-type'],
    [{ type: 'Int32' }, 2147483648, 'out-of-range'],
    [{ type: 'UInt' }, -1, 'out-of-range'],
    [{ type: 'Int64' }, 2 ** 53 + 2, 'out-of-range'],
    [{ type: 'Int' }, 1.5, 'wrong-type'],
    [{ type: 'Float64' }, 'NaN', 'wrong-type'],
    [{ type: 'Float64' }, '', 'wrong-type'],
    [{ type: 'String' }, { a: 1 }, 'wrong-type'],
    [{ type: 'String', isList: true }, 'x', 'wrong-type'],
    [{ type: 'String', limits: { maxLength: 2 } }, 'abc', 'too-long'],
    [{ type: 'Float64', options: ['1', '2'] }, 3, 'not-an-option'],
  ])('%j refuses %j as %s', (more, value, code) => {
    expect(problems(() => create({ p: value }, parameter('p', more)))).toEqual([['p', code]]);
  });

  it('reads patterns as the build does', () => {
    expect(create({ p: 'AB-' }, parameter('p', { regex: '(?i)[a-z\\-]+' }))).toEqual({ clear: { p: 'AB-' }, secret: {} });
    expect(create({ p: 'a-1' }, parameter('p', { regex: 'a\\-[0-9]' }))).toEqual({ clear: { p: 'a-1' }, secret: {} });
  });

  it('patterns have one budget for all values of a request', () => {
    const long = `${'a'.repeat(60)}!`;
    expect(problems(() => create({ p: long }, parameter('p', { regex: '(a+)+$' })))).toEqual([['p', 'pattern-mismatch']]);
    const list = parameter('p', { regex: '(a|b)*a(a|b){600}', isList: true });
    const item = Array.from({ length: 1_500 }, (_, at) => (Math.sin(at * at) > 0 ? 'a' : 'b')).join('');
    const items = Array.from({ length: 300 }, (_, at) => `${at % 2 ? 'a' : 'b'}${item}${'a'.repeat(602)}${'b'.repeat(at % 500)}`);
    expect(problems(() => create({ p: items }, list))).toEqual([['p', 'pattern-too-slow']]);
    const ordinary = parameter('p', { regex: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?', isList: true });
    const names = Array.from({ length: 20_000 }, (_, at) => `a-name-of-ordinary-length-${at}`);
    expect(create({ p: names }, ordinary)).toEqual({ clear: { p: names }, secret: {} });
  });

  it('a pattern of an older version that looks around refuses values by name, and takes its default', () => {
    const older = parameter('p', { regex: '(?!-)[a-z-]+', defaultValue: 'a-b' });
    expect(problems(() => create({ p: 'c-d' }, older))).toEqual([['p', 'pattern-unsupported']]);
    expect(create({}, older)).toEqual({ clear: { p: 'a-b' }, secret: {} });
  });

  it('takes decimal numbers only', () => {
    const number = (value: unknown) => () => create({ n: value }, parameter('n', { type: 'Float64' }));
    for (const text of ['0x2', '0b1', '1e400', 'Infinity', 'NaN', '1.2.3', ''])
      expect(problems(number(text))).toEqual([['n', 'wrong-type']]);
    expect(number(' -1.5e1 ')()).toEqual({ clear: { n: -15 }, secret: {} });
  });

  it('matches options by number, counts characters and not code units, and anchors patterns', () => {
    expect(create({ p: 1 }, parameter('p', { type: 'Float64', options: ['1.0', '2'] })).clear).toEqual({ p: 1 });
    expect(create({ p: '😀😀' }, parameter('p', { limits: { maxLength: 2 } })).clear).toEqual({ p: '😀😀' });
    expect(problems(() => create({ p: 'a\nb' }, parameter('p', { regex: 'a|b' })))).toEqual([['p', 'pattern-mismatch']]);
  });

  it('ignores parameters of other clouds, and names that every object has', () => {
    expect(create({}, parameter('p', { required: true, cloudProviders: ['gcp'] })).clear).toEqual({});
    expect(create({}, parameter('constructor'))).toEqual({ clear: {}, secret: {} });
    expect(problems(() => create({ toString: 1 }, parameter('p')))).toEqual([['toString', 'unknown-parameter']]);
  });

  it('refuses what is no object', () => {
    expect(() => create([1], parameter('p'))).toThrow('must be an object');
    expect(create(null, parameter('p')).clear).toEqual({});
  });
});

describe('modifyValues', () => {
  const declared = [parameter('a', { type: 'Int32' }), parameter('fixed', { modifiable: false }), parameter('p', { type: 'Password' })];
  const present = { clear: { a: 1, fixed: 'x' }, secret: { p: 'old' } };
  const modify = (given: unknown, ...more: ApiParameter[]) =>
    modifyValues({ plan: plan(...declared, ...more), resourceKey: 'db', given, cloudProvider: 'aws', present });

  it('puts the given values over the present ones', () => {
    expect(modify({ a: 2, fixed: 'x', p: 'new' })).toEqual({ clear: { a: 2, fixed: 'x' }, secret: { p: 'new' } });
    expect(modify(null, parameter('gained', { defaultValue: 'g' }))).toEqual({
      clear: { a: 1, fixed: 'x', gained: 'g' },
      secret: { p: 'old' },
    });
  });

  it('refuses a change of what cannot be changed', () => {
    expect(problems(() => modify({ fixed: 'y', a: 'z' }))).toEqual([
      ['a', 'wrong-type'],
      ['fixed', 'unmodifiable-parameter'],
    ]);
  });

  it('refuses to fill in later what was left out for good; what the plan has gained can be given once', () => {
    expect(problems(() => modify({ name: 'late' }, parameter('name', { modifiable: false })))).toEqual([
      ['name', 'unmodifiable-parameter'],
    ]);
    expect(modify({ name: 'late' }, parameter('name', { modifiable: false, required: true })).clear).toMatchObject({ name: 'late' });
    expect(modify({ name: 'late' }, parameter('name', { modifiable: false, defaultValue: 'd' })).clear).toMatchObject({ name: 'late' });
  });
});

/** As the parameters of a request body are read. */
function sentAs(text: string): unknown {
  const body = `{"requestParams": ${text}}`;
  const value = JSON.parse(body) as { requestParams: unknown };
  noteNumberTexts(body, value);
  return value.requestParams;
}

it('keys that no parameter has are looked for so often only', () => {
  const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`k${at}`, 1]));
  const parameters = Array.from({ length: 500 }, (_, at) => parameter(`p${at}`));
  const before = process.cpuUsage();
  expect(problems(() => create(many, ...parameters))).toHaveLength(20);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
});

describe('numbers', () => {
  it('keep their digits where they are meant as text', () => {
    const given = sentAs('{"version": 15.10, "label": 1e3, "port": 5432, "list": [1.0, 2], "size": 1.50, "conf": {"a": 1.0}}');
    const declared = [
      parameter('version'),
      parameter('label', { type: 'Password' }),
      parameter('port'),
      parameter('list', { isList: true }),
      parameter('size', { type: 'Float64' }),
      parameter('conf', { type: 'Json' }),
    ];
    expect(create(given, ...declared)).toEqual({
      clear: { version: '15.10', port: '5432', list: ['1.0', '2'], size: 1.5, conf: { a: 1 } },
      secret: { label: '1e3' },
    });
    // Also through a copy.
    expect(create({ other: 1, ...(given as object) }, ...declared, parameter('other')).clear).toMatchObject({ version: '15.10' });
  });

  it('are those that count, where a key stands twice', () => {
    const read = (body: string) => {
      const value = JSON.parse(body) as { requestParams: Record<string, unknown> };
      noteNumberTexts(body, value);
      return value.requestParams;
    };
    expect(create(read('{"requestParams": {"version": 1.50, "version": 2}}'), parameter('version')).clear).toEqual({ version: '2' });
    for (const last of ['5', 'null', '"a"', '[]'])
      expect(() => read(`{"requestParams": {"a": 1.50}, "requestParams": ${last}}`)).not.toThrow();
  });

  it.each([
    ['Json', '{"a": 12345678901234567890}'],
    ['Json', '9007199254740993'],
    ['Float64', '0.1234567890123456789'],
    ['Float64', '12345678901234567890'],
  ] as const)('that would be rounded are refused: %s %s', (type, value) => {
    expect(problems(() => create({ p: value }, parameter('p', { type })))).toEqual([['p', 'inexact-number']]);
  });

  it('in a list given as text are refused, too', () => {
    expect(problems(() => create({ p: '[1, 9007199254740993]' }, parameter('p', { isList: true })))).toEqual([['p', 'inexact-number']]);
  });
});
