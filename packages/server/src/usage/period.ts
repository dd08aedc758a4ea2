/** Of which days a request asks. Pure. */
import { badRequest } from '../errors.js';
import { readDate } from '../request-text/moment.js';
import { DAY_MS, dayOf } from './day.js';

/** First and last day, `2026-12-03`, UTC. */
export interface Period {
  from: string;
  to: string;
}

/** Days of one answer, at most. */
const MOST_DAYS = 400;

/**
 * The days from one to the other, both of them in it; what is missing is the first of the month of the last one, and today.
 * @throws DomainError bad_request naming the field
 */
export function readPeriod(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: Date,
  names: { from: string; to: string } = { from: 'from', to: 'to' },
): Period {
  // Of a moment its day counts.
  const last = beginOf(to === undefined ? now : readDate(to, names.to));
  const first = from === undefined ? new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1)) : beginOf(readDate(from, names.from));
  if (first.getTime() > last.getTime())
    throw badRequest('invalid-period', `${names.from} is after ${names.to}.`, [{ field: names.from, message: `is after ${names.to}` }]);
  if (last.getTime() - first.getTime() >= MOST_DAYS * DAY_MS)
    throw badRequest('invalid-period', `${names.from} is more than ${MOST_DAYS} days before ${names.to}: ask for fewer days.`, [
      { field: names.from, message: `more than ${MOST_DAYS} days before ${names.to}` },
    ]);
  return { from: dayOf(first), to: dayOf(last) };
}

function beginOf(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS);
}
