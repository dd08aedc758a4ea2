/** Problems of a spec as marks in its text. */
import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { Problem } from '@cellplane/plan';

/** One mark for each problem, from its place to the end of the word there. */
export function diagnosticsOf(doc: Text, problems: readonly Problem[]): Diagnostic[] {
  return problems.map(({ severity, position, message, cure, code }) => {
    const line = doc.line(Math.min(Math.max(1, position.line), doc.lines));
    const from = Math.min(line.from + position.column - 1, line.to);
    const word = /^(?:"[^"]*"|'[^']*'|[^\s:]+)/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0;
    return { from, to: Math.min(line.to, from + Math.max(1, word)), severity, message: `${message} ${cure}`.trim(), source: code };
  });
}
