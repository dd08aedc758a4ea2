import { expect, it } from 'vitest';
import { runSearchOf, startOf } from './run-search';

it('keeps the texts that it knows', () => {
  expect(runSearchOf({ verb: 'create', phase: '', at: 'x', planId: 5 })).toEqual({ verb: 'create' });
});

it('counts back from now', () => {
  const now = new Date('2030-01-02T12:00:00Z');
  expect(startOf('24h', now)).toBe('2030-01-01T12:00:00.000Z');
  expect(startOf('2029-12-31', now)).toBe('2029-12-31');
  expect(startOf(undefined, now)).toBeUndefined();
});
