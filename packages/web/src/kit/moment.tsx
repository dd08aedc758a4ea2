/** Moments and durations as people read them; the exact moment is one hover away. */
import { useEffect, useState } from 'react';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const justNow = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'always', style: 'long' });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** As servers write one. */
const MOMENT = /(\d{4}-\d\d-\d\dT[\d:.]+Z)/;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** "3 minutes ago", "in 2 hours"; seconds only within the last minute, and "now" for what is no three away. */
export function relativeTime(moment: Date, now: Date): string {
  const seconds = Math.round((moment.getTime() - now.getTime()) / 1000);
  if (Math.abs(seconds) < 3) return justNow.format(0, 'second');
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** "1 min 20 s", "2 h 5 min", "3 d 4 h": the two largest parts, without one that is nothing. What took less than a second: "0.4 s". */
export function duration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 950) return `${Math.max(0.1, milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3_600), Math.floor((seconds % 3_600) / 60)];
  const parts = (large: string, rest: number, small: string) => (rest === 0 ? large : `${large} ${rest} ${small}`);
  if (days > 0) return parts(`${days} d`, hours, 'h');
  if (hours > 0) return parts(`${hours} h`, minutes, 'min');
  if (minutes > 0) return parts(`${minutes} min`, seconds % 60, 's');
  return `${seconds} s`;
}

/** The time, read again each `everyMs`. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The whole moment: date and time. */
export function exactTime(at: string): string {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? at : exact.format(moment);
}

export function Moment({ at }: { at: string }) {
  const now = useNow(10_000);
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  return (
    // The browser's own tooltip: a list has one for each row, and the library's costs as much as the rest of the row.
    <time dateTime={at} dir="auto" title={exact.format(moment)} style={{ whiteSpace: 'nowrap' }}>
      {relativeTime(moment, now)}
    </time>
  );
}

/** A moment to reckon with: the time of day, of another day the date too, and how far away it is. */
export function Deadline({ at }: { at: string }) {
  const now = useNow(10_000);
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={exact.format(moment)}>
      {onTheDay(moment, now)} ({relativeTime(moment, now)})
    </time>
  );
}

function onTheDay(moment: Date, now: Date): string {
  return (moment.toDateString() === now.toDateString() ? timeOfDay : dayAndTime).format(moment);
}

/** What a server says, with each moment in it as this person reads moments. */
export function WithMoments({ text }: { text: string }) {
  return text.split(MOMENT).map((part, index) => (index % 2 === 0 ? part : <Deadline key={index} at={part} />));
}
