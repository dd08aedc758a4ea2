import { expect, it } from 'vitest';
import type { Origin } from '../../own';
import { isNewer, newerFor } from './newer';

it.each([
  ['1.10', '1.9', true],
  ['2.0', '1.9', true],
  ['1.0', '1.0', false],
  ['1.0', '1', false],
  ['1.0', '1.1', false],
  ['spring', 'winter', true],
])('%s newer than %s: %s', (one, other, is) => expect(isNewer(one, other)).toBe(is));

it('the preferred version is offered; whose it is to choose, the plan says', () => {
  const origin = (features: object[]) => ({ offering: { productTierVersion: '2.0', productTierFeatures: features } }) as unknown as Origin;
  expect(newerFor({ tierVersion: '1.0' }, origin([]))).toEqual({ version: '2.0', isYours: false });
  expect(newerFor({ tierVersion: '1.0' }, origin([{ feature: 'VERSION_SET_OVERRIDE', scope: 'CUSTOMER' }]))).toMatchObject({
    isYours: true,
  });
  expect(newerFor({ tierVersion: '2.0' }, origin([]))).toBeUndefined();
});
