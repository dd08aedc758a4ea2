/** Reads moments in requests: RFC 3339. Pure. */
import { cut } from '@cellplane/plan';
import { badRequest } from '../errors.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)[Tt ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

/** A moment with its zone, of a day that there is; else undefined. JavaScript alone takes February 30 for March 2, and `5` for a month. */
export function parseMoment(text: string): Date | undefined {
  const given = text.trim();
  const day = parseDay(MOMENT.exec(given)?.[1] ?? '');
  const moment = new Date(given);
  return day === undefined || Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** Where a list begins or ends: a moment, or a day, which begins at midnight UTC. @throws DomainError bad_request `invalid-date`, naming the field */
export function readDate(text: string, field: string): Date {
  const date = parseMoment(text) ?? parseDay(text.trim());
  if (date !== undefined) return date;
  throw badRequest('invalid-date', `${field} "${cut(text)}" is not a date; use RFC 3339, such as 2030-01-31T12:00:00Z.`, [
    { field, message: 'not a date' },
  ]);
}

function parseDay(text: string): Date | undefined {
  if (!DAY.test(text)) return undefined;
  const midnight = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(text) ? undefined : midnight;
}
