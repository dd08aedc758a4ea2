const UNITS: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as Argo writes them: plain seconds, or Go's `1h30m`, `500ms`. Undefined if it is neither. */
export function durationSeconds(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(trimmed)) return undefined;
  let seconds = 0;
  for (const [, amount, , unit] of trimmed.matchAll(/(?<!\d)(\d+(\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    seconds += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return seconds;
}
