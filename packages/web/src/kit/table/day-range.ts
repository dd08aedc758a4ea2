/** A range of days as an address has it, `2026-03-01..2026-03-02`; either day may be missing. Pure. */

/** Moments as the API takes them: from the begin of the first day to the end of the last. A day that is none is left out. */
export function momentsOf(range: string | undefined, beginOf: (day: string) => Date = here): { from?: string; before?: string } {
  const [first = '', last = ''] = (range ?? '').split('..');
  const from = moment(first, 0, beginOf);
  const before = moment(last, 1, beginOf);
  return { ...(from === undefined ? {} : { from }), ...(before === undefined ? {} : { before }) };
}

/** The range with another end. */
export function rangeWith(range: string, ends: { from?: string; to?: string }): string {
  const [from = '', to = ''] = range.split('..');
  const days = [ends.from ?? from, ends.to ?? to];
  return days.every((day) => day === '') ? '' : days.join('..');
}

/** By the clock of this browser. */
const here = (day: string) => new Date(`${day}T00:00:00`);

function moment(day: string, daysLater: number, beginOf: (day: string) => Date): string | undefined {
  const at = beginOf(day);
  if (day === '' || Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + daysLater);
  return at.toISOString();
}
