import { expect, it } from 'vitest';
import { parametersOf } from './parameter-lines';

it('a line is a name and a value, which may hold equals signs', () => {
  expect(parametersOf('a=1\n\n b = x=y \nnothing')).toEqual({ a: '1', b: 'x=y' });
});
