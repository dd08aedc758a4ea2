import { expect, it } from 'vitest';
import { canonicalQuantity } from './quantity.js';

it.each([
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  [2, '2'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1500Mi', '1500Mi'],
  ['1000Ki', '1000Ki'],
  ['1e3', '1k'],
  ['0', '0'],
  ['-0.5', '-500m'],
  ['100n', '100n'],
  ['5', '5'],
  ['no quantity', 'no quantity'],
])('%s is %s', (given, canonical) => {
  expect(canonicalQuantity(given)).toBe(canonical);
});
