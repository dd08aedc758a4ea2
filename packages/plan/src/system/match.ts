import type { PathSegment } from '../expression/expression.js';
import { stepsOf, SYSTEM_VALUES, type SystemValue } from './table.js';

export type SystemMatch =
  /** Values at or below the path; never none. */
  | { values: SystemValue[] }
  /** The step that leads nowhere, and what stands in its place. */
  | { unknownAt: number; known: string[] };

const TABLE = SYSTEM_VALUES.map((value) => ({ value, steps: stepsOf(value.path) }));

/** What a path of `$sys` names. */
export function matchSystemPath(path: readonly PathSegment[]): SystemMatch {
  let rows = TABLE;
  for (const [at, segment] of path.entries()) {
    const next = rows.filter(({ value, steps }) => fits(segment, steps, at) || (at >= steps.length && value.type === 'any'));
    if (next.length === 0) {
      const known = rows.flatMap(({ steps }) => steps[at] ?? []).filter((step) => /^\w/.test(step));
      return { unknownAt: at, known: [...new Set(known)] };
    }
    rows = next;
  }
  return { values: rows.map(({ value }) => value) };
}

function fits(segment: PathSegment, steps: readonly string[], at: number): boolean {
  const step = steps[at] ?? (steps.at(-1) === '**' ? '**' : undefined);
  if (step === undefined) return false;
  if (step === '**') return true;
  if (step === '[]') return !('key' in segment) || /^\d+$/.test(segment.key);
  return 'key' in segment && (step === '*' || step === segment.key);
}
