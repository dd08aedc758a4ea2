import { expect, it } from 'vitest';
import { auditSearchOf } from './address';

const utc = (day: string) => new Date(`${day}T00:00:00Z`);

it('asks for what stands in the address, and for nothing that is empty', () => {
  expect(auditSearchOf({ user: 'user-1', outcome: 'refused', ip: '', q: 'x' }, {}, utc)).toEqual({ userId: 'user-1', outcome: 'refused' });
});

it('takes the last day of a range as a whole', () => {
  expect(auditSearchOf({ time: '2026-03-01..2026-03-02' }, {}, utc)).toEqual({
    startDate: '2026-03-01T00:00:00.000Z',
    endDate: '2026-03-03T00:00:00.000Z',
  });
  expect(auditSearchOf({ time: '..2026-03-02' }, {}, utc)).toEqual({ endDate: '2026-03-03T00:00:00.000Z' });
});

it('keeps to the product and environment that are chosen', () => {
  expect(auditSearchOf({ user: 'user-1' }, { serviceId: 's-1' })).toEqual({ userId: 'user-1', serviceID: 's-1' });
  expect(auditSearchOf({}, { serviceId: 's-1', environmentId: 'se-1' })).toEqual({ serviceID: 's-1', environmentID: 'se-1' });
});
