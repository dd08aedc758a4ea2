/** Maintenance windows: on some days of the week, from a time of day on, so many minutes, in a time zone. Pure. */
import { badRequest, type DomainError } from '../../errors.js';

export interface MaintenanceWindow {
  /** 1 Monday … 7 Sunday: the days on which the window begins. */
  weekdays: number[];
  /** Minutes after midnight. */
  startMinute: number;
  minutes: number;
  /** IANA name, such as Europe/Berlin. */
  timeZone: string;
}

export const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** A window as requests and answers have it. */
export interface WireWindow {
  /** MON … SUN. */
  weekdays: string[];
  /** 22:00 */
  start: string;
  durationMinutes: number;
  timeZone: string;
}

const LEAST_MINUTES = 15;
const MOST_MINUTES = 1_440;

/** @throws DomainError bad_request `invalid-window`, which names the member */
export function readWindow(wire: WireWindow): MaintenanceWindow {
  const days = wire.weekdays.map((day) => (DAYS as readonly string[]).indexOf(day.trim().toUpperCase()) + 1);
  if (days.length === 0 || days.includes(0)) throw invalid('weekdays', `must name days: ${DAYS.join(', ')}`);
  const [, hours = '', minutes = ''] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(wire.start.trim()) ?? [];
  if (hours === '') throw invalid('start', 'must be a time of day such as 22:00');
  if (!Number.isInteger(wire.durationMinutes) || wire.durationMinutes < LEAST_MINUTES || wire.durationMinutes > MOST_MINUTES)
    throw invalid('durationMinutes', `must be a whole number from ${LEAST_MINUTES} to ${MOST_MINUTES}`);
  if (!isTimeZone(wire.timeZone)) throw invalid('timeZone', 'must be the name of a time zone, such as Europe/Berlin or UTC');
  return {
    weekdays: [...new Set(days)].toSorted((one, other) => one - other),
    startMinute: Number(hours) * 60 + Number(minutes),
    minutes: wire.durationMinutes,
    timeZone: wire.timeZone,
  };
}

export function windowOnWire({ weekdays, startMinute, minutes, timeZone }: MaintenanceWindow): WireWindow {
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    weekdays: weekdays.map((day) => DAYS[day - 1] ?? ''),
    start: `${two(Math.floor(startMinute / 60))}:${two(startMinute % 60)}`,
    durationMinutes: minutes,
    timeZone,
  };
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Whether the window is open, and until when; else when it opens next. */
export function windowAt(window: MaintenanceWindow, now: Date): { open: true; until: Date } | { open: false; next: Date } {
  const today = localDay(now, window.timeZone);
  let next: Date | undefined;
  // From yesterday, whose window may still be open, to the same day of the next week.
  for (let ahead = -1; ahead <= 8; ahead += 1) {
    const day = new Date(today + ahead * DAY_MS);
    if (!window.weekdays.includes(day.getUTCDay() === 0 ? 7 : day.getUTCDay())) continue;
    const begin = instantOf(day.getTime() + window.startMinute * MINUTE_MS, window.timeZone);
    const until = new Date(begin + window.minutes * MINUTE_MS);
    if (begin <= now.getTime() && until > now) return { open: true, until };
    if (begin > now.getTime()) {
      next = new Date(begin);
      break;
    }
  }
  if (next === undefined) throw new Error('a window without weekdays');
  return { open: false, next };
}

function isTimeZone(name: string): boolean {
  try {
    // `+01:00` and the like are no names that a summer has.
    return (
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)
    );
  } catch {
    return false;
  }
}

/** Making one takes far longer than using it. There are some 600 zones, each by its name in any case of its letters. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const MOST_CLOCKS = 1_000;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (clocks.size >= MOST_CLOCKS) clocks.clear();
  clocks.set(timeZone, clock);
  return clock;
}

/** The clock on the wall, read as if it were in UTC. Milliseconds. */
function wallClock(at: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** Midnight of the day that it is there, as if it were in UTC. */
function localDay(now: Date, timeZone: string): number {
  return Math.floor(wallClock(now.getTime(), timeZone) / DAY_MS) * DAY_MS;
}

/** When the wall shows this time; one that the change to summer time leaves out: as much later. */
function instantOf(wall: number, timeZone: string): number {
  const offsetAt = (at: number) => wallClock(at, timeZone) - at;
  const first = wall - offsetAt(wall);
  const second = wall - offsetAt(first);
  return wallClock(second, timeZone) === wall ? second : Math.max(first, second);
}

function invalid(field: string, message: string): DomainError {
  return badRequest('invalid-window', `Invalid request: ${field} ${message}.`, [{ field, message }]);
}
