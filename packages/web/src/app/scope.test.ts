import { expect, it } from 'vitest';
import { scopeOf, scopeSearchOf, scopeText } from './scope';

it('stands in an address as a product, or as a product and one of its environments', () => {
  for (const scope of [{}, { serviceId: 's-1' }, { serviceId: 's-1', environmentId: 'se-2' }])
    expect(scopeOf(scopeText(scope))).toEqual(scope);
  expect(scopeText({ serviceId: 's-1', environmentId: 'se-2' })).toBe('s-1.se-2');
});

it('is nothing where an address has something else', () => {
  expect(scopeSearchOf({ scope: 5 })).toEqual({});
  expect(scopeSearchOf({ scope: '', tab: 'x' })).toEqual({});
  expect(scopeOf('.se-2')).toEqual({});
});
