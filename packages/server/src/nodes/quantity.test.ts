import { describe, expect, it } from 'vitest';
import { amountOf, sumOf } from './quantity.js';

describe('amounts of Kubernetes', () => {
  it.each([
    ['12345678n', 0.012345678],
    ['250m', 0.25],
    ['2', 2],
    [3, 3],
    ['1Gi', 2 ** 30],
    ['34567Ki', 34567 * 1024],
    ['1e3', 1000],
    ['1.5G', 1.5e9],
    ['0', 0],
  ])('%s is %d', (quantity, amount) => expect(amountOf(quantity)).toBeCloseTo(amount, 9));

  it.each(['', 'x', '1Xi', '1 Gi', '--1', undefined, null, {}])('%j is none', (quantity) => expect(amountOf(quantity)).toBeUndefined());

  it('add up as far as they are known', () => {
    expect(sumOf(['100m', undefined, '0.4'])).toBeCloseTo(0.5);
    expect(sumOf([undefined])).toBeUndefined();
  });
});
