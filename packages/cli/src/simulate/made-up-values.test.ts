import { type ApiParameter, type CompiledResource, madeUpValue } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { changeOne, madeUpValues, splitGiven } from './made-up-values.js';

const parameter = (given: Partial<ApiParameter>): ApiParameter => ({
  key: 'p',
  name: 'P',
  description: '',
  type: 'String',
  modifiable: true,
  required: true,
  export: true,
  tabIndex: 0,
  isList: false,
  parameterDependencyMap: {},
  ...given,
});

describe('madeUpValue', () => {
  it.each<[Partial<ApiParameter>, unknown]>([
    [{}, 'simulated'],
    [{ type: 'Password', limits: { minLength: 12 } }, 'simulated-si'],
    [{ limits: { maxLength: 3 } }, 'sim'],
    [{ regex: '[1-9][0-9]*(Mi|Gi)' }, '1Mi'],
    [{ regex: '[a-z]+', limits: { minLength: 4, maxLength: 6 } }, 'simula'],
    [{ options: ['small', 'large'] }, 'small'],
    [{ labeledOptions: { Small: 's' } }, 's'],
    [{ type: 'Int32' }, 1],
    [{ type: 'Int32', limits: { min: 3, max: 9 } }, 3],
    [{ type: 'UInt', limits: { max: 0 } }, 0],
    [{ type: 'Float64', options: ['0.5'] }, 0.5],
    [{ type: 'Boolean' }, false],
    [{ type: 'Json' }, {}],
    [{ type: 'Bytes' }, 'c2ltdWxhdGVk'],
    [{ type: 'String', isList: true }, ['simulated']],
    [{ type: 'Resource' }, undefined],
    [{ regex: '(?=x)y' }, undefined],
  ])('makes %j', (given, value) => {
    expect(madeUpValue(parameter(given))).toEqual(value);
  });
});

describe('madeUpValues', () => {
  it('makes what is required, has no default and was not given, on the cloud of the simulation', () => {
    const parameters = [
      parameter({ key: 'a' }),
      parameter({ key: 'given' }),
      parameter({ key: 'default', defaultValue: 'x' }),
      parameter({ key: 'optional', required: false }),
      parameter({ key: 'elsewhere', cloudProviders: ['gcp'] }),
    ];
    expect(madeUpValues(parameters, { given: 'y' }, { file: 'f' })).toEqual({ a: 'simulated' });
  });

  it('shows the words to type where nothing fits', () => {
    expect(() =>
      madeUpValues([parameter({ regex: '(?=x)y', limits: { minLength: 2 } })], {}, { file: 'spec.yaml', prefix: 'move.' }),
    ).toThrow(
      'p (String, pattern (?=x)y, 2 or more characters) is required, and no fitting value could be made up. Give one: cellplane simulate -f spec.yaml --param move.p=<value>',
    );
  });
});

it('tells the values of custom workflows from those of the instance', () => {
  const resource = { parameters: [parameter({ key: 'move.own' })], customWorkflows: [{ verb: 'move' }] } as unknown as CompiledResource;
  expect(splitGiven(resource, { size: 1, 'move.to': 'x', 'move.own': 'y' })).toEqual({
    own: { size: 1, 'move.own': 'y' },
    ofWorkflows: { move: { to: 'x' } },
  });
});

it('changes a number, up or down, within its limits', () => {
  expect(changeOne([parameter({ type: 'Int32', defaultValue: '3', limits: { max: 3 } })], {})).toEqual({ p: 2 });
  expect(changeOne([parameter({ type: 'Int32' })], { p: 1 })).toEqual({ p: 2 });
  expect(changeOne([parameter({ type: 'Int32', modifiable: false, defaultValue: '3' })], {})).toEqual({});
});
