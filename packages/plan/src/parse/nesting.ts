import type { Position } from '../problem.js';

/** Brackets open at once, and columns before a line's first word, above which a text is not given to the YAML parser. */
const LIMIT = 1000;

/** The beginning of a line that nests by indentation, or by `- - -` and `? ? ?`. */
const DEEP_LINE = new RegExp(`^[ \\t?-]{${LIMIT},}[^ \\t?-]`, 'm');

/**
 * Where a text nests so deeply that the YAML library, which reads nested collections by recursion, would exhaust the stack;
 * near its end V8 may abort the process instead of throwing, so this is looked at before parsing. Quoting and comments
 * are not understood: the count can only be too high, and the limit is far above what any plan or manifest holds.
 */
export function nestingFault(text: string): Position | undefined {
  let open = 0;
  for (const { index, 0: bracket } of text.matchAll(/[[\]{}]/g)) {
    if (bracket === '[' || bracket === '{') open++;
    else if (open > 0) open--;
    if (open > LIMIT) return positionOf(text, index);
  }
  const deep = DEEP_LINE.exec(text);
  return deep ? positionOf(text, deep.index + deep[0].length - 1) : undefined;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
