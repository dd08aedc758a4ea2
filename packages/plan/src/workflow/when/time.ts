/** Dates in quotes: govaluate reads them as seconds since 1970, local time being UTC in Argo's controller image. */

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d|\d(?=:))(?::(\d\d)(?::(\d\d)([.,]\d+)?)?)?(Z|[+-]\d\d:\d\d|[+-]\d{4})?)?$/;
const KITCHEN = /^(\d\d?):(\d\d)(AM|PM)$/;
const NAMED = /^([A-Za-z]{3}) ([A-Za-z]{3}) +(\d\d?) (\d\d?):(\d\d):(\d\d)(?:[.,]\d+)?(?: ([A-Z]{3,4}|[+-]\d{4}))? (\d{4})$/;

/** Whole seconds since 1970 that a text means as a date; undefined if it is none. */
export function instantOf(text: string): number | undefined {
  return isoInstant(text) ?? kitchenInstant(text) ?? namedInstant(text);
}

/** `2024-01-31`, with ` 10:20` or ` 10:20:30` (zone as +02:00), or RFC 3339 and ISO 8601 with T and a zone. */
function isoInstant(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, separator, hour = '0', minute, second, fraction, zone] = match;
  if (separator === 'T' && zone === undefined) return undefined;
  if (separator === ' ') {
    if (minute === undefined) return undefined;
    if (zone !== undefined && (second === undefined || !/^[+-]\d\d:/.test(zone))) return undefined;
  }
  if (separator === 'T' && zone !== undefined && zone.includes(':') && second === undefined) return undefined;
  void fraction;
  return seconds(Number(year), Number(month) - 1, Number(day), [hour, minute ?? '0', second ?? '0'].map(Number), offsetOf(zone));
}

/** `3:04PM`, on the first of January of the year 0. */
function kitchenInstant(text: string): number | undefined {
  const match = KITCHEN.exec(text);
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || hour > 12) return undefined;
  return seconds(0, 0, 1, [(hour % 12) + (match[3] === 'PM' ? 12 : 0), minute, 0], 0);
}

/** `Mon Jan _2 15:04:05 2006`, also with a zone before the year. A zone's name says nothing but UTC. */
function namedInstant(text: string): number | undefined {
  const match = NAMED.exec(text);
  if (match === null) return undefined;
  const [, weekday = '', month = '', day, hour, minute, second, zone, year] = match;
  const index = MONTHS.indexOf(month.toLowerCase());
  if (!DAYS.includes(weekday.toLowerCase()) || index < 0) return undefined;
  const offset = zone !== undefined && /^[+-]/.test(zone) ? offsetOf(zone) : 0;
  return seconds(Number(year), index, Number(day), [hour, minute, second].map(Number), offset);
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 24 || minutes > 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function seconds(
  year: number,
  month: number,
  day: number,
  [hour = 0, minute = 0, second = 0]: number[],
  offset: number | undefined,
): number | undefined {
  if (offset === undefined || hour > 23 || minute > 59 || second > 59 || month < 0 || month > 11 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
}
