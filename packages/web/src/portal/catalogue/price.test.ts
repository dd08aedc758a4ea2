import { expect, it } from 'vitest';
import '../../app/messages';
import { estimateLines, monthlyEstimate, priceLines } from './price';

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

it.each([
  [[{ dimension: 'replica', price: 0.02 }], ['14.60 a month', 'List price of one replica.']],
  [
    [
      { dimension: 'replica', price: 0.02 },
      { dimension: 'deploymentCell', timeUnit: 'Month', price: 25 },
      { dimension: 'cpu', unit: 'cores', price: 0.04 },
    ],
    ['From 39.60 a month', 'List price of one replica and one deployment cell; usage not included.'],
  ],
  [[{ dimension: 'instance', timeUnit: 'days', price: 1 }], ['30.42 a month', 'List price of one instance.']],
])('%j is told for a month', (pricing, lines) => {
  const estimate = monthlyEstimate(pricing);
  expect(estimate && estimateLines(estimate)).toEqual(lines);
});

it.each([[[{ dimension: 'memory', unit: 'GiB', price: 1 }]], [[{ dimension: 'replica', timeUnit: 'moon', price: 1 }]], [undefined]])(
  'of %j no month is told',
  (pricing) => {
    expect(monthlyEstimate(pricing)).toBeUndefined();
  },
);
