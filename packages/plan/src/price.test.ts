import { describe, expect, it } from 'vitest';
import { costOf, hoursOf, isMetered, pricesOf } from './price.js';

const USED = { cpu: 10, memory: 40, storage: 100, replica: 5 };

describe('costOf', () => {
  it('adds what each price comes to', () => {
    const prices = pricesOf([
      { dimension: 'cpu', unit: 'cores', timeUnit: 'hour', price: 0.1 },
      { dimension: 'memory', unit: 'GiB', timeUnit: 'hour', price: 0.02 },
      { dimension: 'replica', price: 1 },
    ]);
    expect(costOf(prices, USED)).toBeCloseTo(1 + 0.8 + 5, 10);
  });

  it.each([
    [{ dimension: 'cpu', unit: 'millicores', price: 0.001 }, 10],
    [{ dimension: 'storage', unit: 'TiB', timeUnit: 'month', price: 730 }, 100 / 1_024],
    [{ dimension: 'storage', unit: 'GB', price: 1 }, (100 * 2 ** 30) / 1e9],
    [{ dimension: 'memory', timeUnit: 'days', price: 24 }, 40],
    [{ dimension: 'replica', unit: '', timeUnit: 'minute', price: 1 }, 300],
  ])('knows the units of %j', (price, cost) => {
    expect(costOf([price], USED)).toBeCloseTo(cost, 10);
  });

  it('tells no cost where nothing that is metered has a price', () => {
    expect(costOf([], USED)).toBeUndefined();
    expect(costOf([{ dimension: 'deploymentCell', price: 5 }], USED)).toBeUndefined();
    expect(costOf([{ dimension: 'memory', unit: 'pounds', price: 5 }], USED)).toBeUndefined();
    expect(costOf([{ dimension: 'cpu', timeUnit: 'fortnight', price: 5 }], USED)).toBeUndefined();
    // A word of Object's own is no unit.
    expect(isMetered({ dimension: 'cpu', unit: 'constructor', price: 5 })).toBe(false);
  });
});

it('what is no price is left out', () => {
  expect(pricesOf({ dimension: 'cpu', price: 1 })).toEqual([]);
  expect(pricesOf([null, 3, { dimension: 'cpu' }, { price: 1 }, { dimension: 'cpu', price: Number.NaN }])).toEqual([]);
  expect(hoursOf({})).toBe(1);
});
