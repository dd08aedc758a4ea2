import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search-text';

it.each([
  ['?n=5', { n: 5 }],
  ['?code=12345678901234567890', { code: '12345678901234567890' }],
  ['?code=1e5', { code: '1e5' }],
  ['?q=orders', { q: 'orders' }],
  ['?on=true', { on: true }],
])('%s is read and written without loss', (text, search) => {
  expect(parseSearch(text)).toEqual(search);
  expect(stringifySearch(search)).toBe(text);
});
