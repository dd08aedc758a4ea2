/**
 * How numbers of a request were written. A client that sends `15.10` for a text parameter means those digits; JSON alone would make 15.1 of
 * them. What differs from how JavaScript writes the number is kept beside the object or list that holds it.
 */
import { jsonNumbers } from '@cellplane/plan';

const WRITTEN = Symbol('numbers as they were written');

type Container = Record<string | number, unknown> & { [WRITTEN]?: Record<string | number, string> };

/** A number with a point, an exponent or a leading minus and zero: the others are written in one way only. */
const SEVERAL_WAYS = /(?:^|[:[,\s])-?(?:\d+[.eE]|0)/;

/** Notes for `text`, which `value` was read from. Copies by spread keep what was noted. */
export function noteNumberTexts(text: string, value: unknown): void {
  if (!isContainer(value) || !SEVERAL_WAYS.test(text)) return;
  for (const { steps, literal } of jsonNumbers(text, { wanted: (number, level) => level <= 3 && String(Number(number)) !== number })) {
    if (!isParameter(steps)) continue;
    const last = steps.at(-1);
    const at = steps.slice(0, -1).reduce<unknown>((inner, step) => (isContainer(inner) ? inner[step] : undefined), value);
    // A key may stand there twice: then the last one counts, whatever it holds.
    if (last !== undefined && isContainer(at) && at[last] === Number(literal)) (at[WRITTEN] ??= {})[last] = literal;
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** `requestParams.version`, or an item of a list there; deeper it is a part of a Json parameter, where a number is a number. */
function isParameter(steps: (string | number)[]): boolean {
  return steps.length === 2 || (steps.length === 3 && typeof steps[2] === 'number');
}

/** The number as it was written, if that was noted. */
export function numberTextOf(container: object, key: string | number): string | undefined {
  const written = (container as Container)[WRITTEN];
  return written !== undefined && Object.hasOwn(written, key) ? written[key] : undefined;
}
