/** What the cure of a problem comes to as a change of the text. Pure. */
import { editDistance, type Problem } from '@cellplane/plan';

/** Replace from column to column (from 0) of a line (from 0) by the text. */
export interface Fix {
  line: number;
  from: number;
  to: number;
  text: string;
}

/** Lines after the problem's own that its text may stand in: a block is told of where it begins. */
const MOST_LINES = 60;

/** The change that does what the cure says; undefined: the cure needs a person. */
export function fixOf(
  lines: readonly string[],
  { message, cure, path, position }: Pick<Problem, 'message' | 'cure' | 'path' | 'position'>,
): Fix | undefined {
  const text = meantBy(cure);
  if (text === undefined) return undefined;
  const quoted = [...message.matchAll(/`([^`]+)`|"([^"]+)"|'([^']+)'/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const wrongs = [...quoted, ...quoted.flatMap(lastSegment), ...lastSegment(path), wordAt(lines, position)].filter(
    (one) => one !== '' && one !== text,
  );
  const found = wrongs.flatMap((wrong) => {
    const place = placeOf(lines, position, wrong);
    return place === undefined ? [] : [{ ...place, wrong }];
  });
  const [best] = found.toSorted((one, other) => editDistance(one.wrong, text) - editDistance(other.wrong, text));
  return best === undefined ? undefined : { line: best.line, from: best.column, to: best.column + best.wrong.length, text };
}

function meantBy(cure: string): string | undefined {
  const whole = /^(?:Did you mean|Write|Use) `([^`]+)`[?.]$/.exec(cure)?.[1];
  return whole ?? /^Quote it: (".*")\.$/.exec(cure)?.[1] ?? /^Write (true|false|\d+), without quotes\.$/.exec(cure)?.[1];
}

function lastSegment(path: string): string[] {
  const last = path.split(/[.[\]"]+/).findLast((step) => step !== '' && !/^\d+$/.test(step));
  return last === undefined ? [] : [last];
}

function wordAt(lines: readonly string[], { line, column }: Problem['position']): string {
  const rest = (lines[line - 1] ?? '').slice(column - 1);
  return /^["']?([^\s:,"'{}]+)/.exec(rest)?.[1] ?? '';
}

/** Where the text stands as a word of its own, from the problem's place on. */
function placeOf(
  lines: readonly string[],
  { line, column }: Problem['position'],
  text: string,
): { line: number; column: number } | undefined {
  for (let at = line - 1; at < Math.min(lines.length, line - 1 + MOST_LINES); at++) {
    const content = lines[at] ?? '';
    for (let found = content.indexOf(text, at === line - 1 ? column - 1 : 0); found !== -1; found = content.indexOf(text, found + 1)) {
      const [before = '', after = ''] = [content[found - 1], content[found + text.length]];
      if (!/[\w$-]/.test(before) && !/[\w-]/.test(after)) return { line: at, column: found };
    }
  }
  return undefined;
}
