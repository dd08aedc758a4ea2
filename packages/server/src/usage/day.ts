/** Days as use is counted by them: `2026-12-03`, UTC. Pure. */

export const DAY_MS = 86_400_000;

/** A moment's day. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** When a day begins, and when the next one does. */
export function boundsOf(day: string): { startTime: string; endTime: string } {
  const start = Date.parse(`${day}T00:00:00Z`);
  return { startTime: new Date(start).toISOString(), endTime: new Date(start + DAY_MS).toISOString() };
}
