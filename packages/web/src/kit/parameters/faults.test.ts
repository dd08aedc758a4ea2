import { expect, it } from 'vitest';
import '../../app/messages';
import { boundsOf, faultsOf } from './faults';
import type { Parameter } from './parameter-fields';
import { faultByRules } from './rules';

const parameter = (changes: Partial<Parameter>): Parameter => ({
  key: 'it',
  displayName: 'It',
  description: '',
  type: 'String',
  custom: true,
  isList: false,
  modifiable: true,
  required: false,
  ...changes,
});
const fault = (changes: Partial<Parameter>, text: string) => faultsOf([parameter(changes)], { it: text }, faultByRules)['it'];

it.each([
  [{ required: true }, '', 'It is required.'],
  [{ type: 'Int32' }, 'two', 'It must be a whole number (Int32).'],
  [{ type: 'Float64', limits: { min: 1, max: 5 } }, '9', 'It must be at most 5.'],
  [{ limits: { minLength: 3 } }, 'ab', 'It must have at least 3 characters.'],
  [{ regex: '[a-z]+' }, 'ab1', 'It must match [a-z]+.'],
  [{ regex: '[0-9]+Gi', defaultValue: '20Gi' }, 'ab', 'It must match [0-9]+Gi, such as 20Gi.'],
  [{ regex: '[0-9]+', defaultValue: '20', type: 'Password' }, 'ab', 'It must match [0-9]+.'],
  [{ options: ['a', 'b'] }, 'c', 'It must be one of a, b.'],
  [{ type: 'Boolean' }, 'yes', 'It must be true or false.'],
  [{ isList: true }, '{}', 'It must be a JSON list.'],
] as [Partial<Parameter>, string, string][])('%j refuses %j: %s', (changes, text, words) => expect(fault(changes, text)).toBe(words));

it.each([
  [{}, ''],
  [{ type: 'JSON' }, 'any text'],
  [{ type: 'Int32', limits: { max: 5 } }, '5'],
  [{ regex: '[a-z]+(Mi|Gi)' }, 'abGi'],
] as [Partial<Parameter>, string][])('%j takes %j', (changes, text) => expect(fault(changes, text)).toBeUndefined());

it('a field says what it takes', () => {
  expect(boundsOf(parameter({ type: 'Int', limits: { min: 1, max: 5 } }))).toBe('From 1 to 5.');
  expect(boundsOf(parameter({ limits: { maxLength: 8 } }))).toBe('8 characters at most.');
  expect(boundsOf(parameter({}))).toBeUndefined();
});
