import { expect, it } from 'vitest';
import { queryOf } from './asked';

it('what the address asks for is what the API is asked for; a day is a whole one here', () => {
  expect(queryOf({})).toEqual({});
  expect(queryOf({ subscription: 'sub-1', instance: 'instance-1', source: 'Customer,Infra', q: 'x' })).toEqual({
    subscriptionId: 'sub-1',
    instanceID: 'instance-1',
    eventSourceTypes: 'Customer,Infra',
  });
  const { startDate = '', endDate = '' } = queryOf({ time: '2026-11-30..2026-11-30' });
  expect(Date.parse(endDate) - Date.parse(startDate)).toBe(86_400_000);
  expect(queryOf({ time: 'tomorrow..' })).toEqual({});
});
