import { expect, it } from 'vitest';
import '../../app/messages';
import { priceLines } from './price';

it('a price is read as what it is for, and in which time', () => {
  expect(
    priceLines([
      { dimension: 'memory', unit: 'GiB', timeUnit: 'hour', price: 0.04 },
      { dimension: 'deploymentCell', price: 2 },
      { dimension: 'cpu', unit: 'cores', timeUnit: 'MONTH', price: 10 },
    ]),
  ).toEqual(['0.04 per GiB of memory and hour', '2 per deployment cell and hour', '10 per CPU core and month']);
});

it.each([[undefined], [{}], ['free'], [[]], [[{ dimension: 'cpu' }]]])('%j names no price', (pricing) => {
  expect(priceLines(pricing)).toEqual([]);
});
