import { expect, it } from 'vitest';
import '../../app/messages';
import { limitWords, usedPercent } from './limit';

it.each([
  [{ instanceCount: 3, maxNumberOfInstances: 5 }, '3 of 5', 60],
  [{ instanceCount: 1, maxNumberOfInstances: 1 }, '1 of 1', 100],
  [{ instanceCount: 0, maxNumberOfInstances: 0 }, '0 of 0', 100],
  [{ instanceCount: 7, maxNumberOfInstances: 5 }, '7 of 5', 100],
  [{ instanceCount: 3, maxNumberOfInstances: -1 }, '3', undefined],
  [{ instanceCount: 3 }, '3', undefined],
])('%o is %s', (one, words, percent) => {
  expect([limitWords(one), usedPercent(one)]).toEqual([words, percent]);
});
