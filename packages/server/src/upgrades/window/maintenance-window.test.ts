import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { DAYS, type MaintenanceWindow, readWindow, windowAt, windowOnWire } from './maintenance-window.js';

const at = (text: string) => new Date(text);
const nights = readWindow({ weekdays: ['sat', 'SUN'], start: '22:00', durationMinutes: 360, timeZone: 'Europe/Berlin' });

/** How long until it closes or opens; a window that opens is open then. Milliseconds. */
function changeOf(window: MaintenanceWindow, now: Date): { open: boolean; inMs: number; thenOpen: boolean } {
  const found = windowAt(window, now);
  const at = found.open ? found.until : found.next;
  return { open: found.open, inMs: at.getTime() - now.getTime(), thenOpen: found.open || windowAt(window, at).open };
}

describe('a maintenance window', () => {
  it.each([
    // A Friday.
    ['2030-01-04T12:00:00Z', { open: false, next: at('2030-01-05T21:00:00Z') }],
    ['2030-01-05T21:00:00Z', { open: true, until: at('2030-01-06T03:00:00Z') }],
    // It began yesterday.
    ['2030-01-06T02:59:59Z', { open: true, until: at('2030-01-06T03:00:00Z') }],
    ['2030-01-06T03:00:00Z', { open: false, next: at('2030-01-06T21:00:00Z') }],
    ['2030-01-07T03:00:00Z', { open: false, next: at('2030-01-12T21:00:00Z') }],
    // Summer time: two hours before UTC.
    ['2030-07-06T19:59:00Z', { open: false, next: at('2030-07-06T20:00:00Z') }],
  ])('at %s', (now, expected) => {
    expect(windowAt(nights, at(now))).toEqual(expected);
  });

  it('that the change to summer time leaves out begins as much later', () => {
    const window = readWindow({ weekdays: ['SUN'], start: '02:30', durationMinutes: 60, timeZone: 'Europe/Berlin' });
    expect(windowAt(window, at('2030-03-31T00:00:00Z'))).toEqual({ open: false, next: at('2030-03-31T01:30:00Z') });
  });

  it('that happens twice at the end of summer time opens once', () => {
    const window = readWindow({ weekdays: ['SUN'], start: '02:30', durationMinutes: 30, timeZone: 'Europe/Berlin' });
    const first = windowAt(window, at('2030-10-26T23:00:00Z'));
    expect(first).toEqual({ open: false, next: at('2030-10-27T01:30:00Z') });
    expect(windowAt(window, at('2030-10-27T02:00:00Z'))).toEqual({ open: false, next: at('2030-11-03T01:30:00Z') });
  });

  it('is told by one clock for each zone: there may be thousands of windows', () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const window = { weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, minutes: 60, timeZone: 'Pacific/Chatham' };
    for (let day = 1; day <= 9; day += 1) windowAt(window, at(`2030-01-0${day}T00:00:00Z`));
    const clocks = new Set(asked.mock.contexts);
    asked.mockRestore();
    expect(clocks.size).toBe(1);
  });

  it('opens in the coming week, and is open then', () => {
    fc.assert(
      fc.property(
        fc.subarray([...DAYS], { minLength: 1 }),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 15, max: 1_440 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'),
        fc.date({ min: at('2029-01-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z'), noInvalidDate: true }),
        (weekdays, start, durationMinutes, timeZone, now) => {
          const clock = `${String(Math.floor(start / 60)).padStart(2, '0')}:${String(start % 60).padStart(2, '0')}`;
          const window = readWindow({ weekdays, start: clock, durationMinutes, timeZone });
          expect(windowOnWire(window)).toEqual({ weekdays, start: clock, durationMinutes, timeZone });
          const { open, inMs, thenOpen } = changeOf(window, now);
          expect(inMs).toBeGreaterThan(0);
          expect(inMs).toBeLessThanOrEqual(open ? durationMinutes * 60_000 : 8 * 86_400_000);
          expect(thenOpen).toBe(true);
        },
      ),
    );
  });

  it.each([
    [{ weekdays: [] }, 'weekdays'],
    [{ weekdays: ['Caturday'] }, 'weekdays'],
    [{ start: '24:00' }, 'start'],
    [{ start: '9:00' }, 'start'],
    [{ durationMinutes: 5 }, 'durationMinutes'],
    [{ durationMinutes: 1_441 }, 'durationMinutes'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ timeZone: '+01:00' }, 'timeZone'],
  ])('refuses %j', (wrong, field) => {
    const right = { weekdays: ['MON'], start: '22:00', durationMinutes: 60, timeZone: 'UTC' };
    expect(() => readWindow({ ...right, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-window', details: [expect.objectContaining({ field })] }),
    );
  });
});
