import { expect, it } from 'vitest';
import { daysOf, readHistoryDays } from './history-days.js';

it('reads one number for all environment types, and numbers of some', () => {
  const days = readHistoryDays(' 14 , prod=90, DEV = 1');
  expect(days).toEqual({ usual: 14, of: { PROD: 90, DEV: 1 } });
  expect(['PROD', 'DEV', 'QA'].map((type) => days && daysOf(days, type))).toEqual([90, 1, 14]);
});

it.each([
  '',
  'PROD=90',
  '14,14',
  '14,PROD=90,prod=80',
  '14,MOON=3',
  '0',
  '36501',
  '1.5',
  '-1',
  '14,PROD',
  '14,PROD=1=2',
  '14,',
  'x',
  '1e2',
])('refuses %j', (text) => {
  expect(readHistoryDays(text)).toBeUndefined();
});
