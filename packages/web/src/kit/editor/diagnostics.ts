/** Problems of a spec as marks in its text, with the change that cures them where there is one. */
import { type Diagnostic, forEachDiagnostic } from '@codemirror/lint';
import type { EditorState, Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Problem } from '@cellplane/plan';
import type { Fix } from './language/fix';

/** A text that is all wrong has no more marks than anybody reads. */
const MOST_MARKS = 500;

/** A problem with the change of the text that its cure comes to. */
export interface Finding {
  problem: Problem;
  /** Undefined: the cure needs a person. */
  fix: Fix | undefined;
}

/** One mark for each problem, from its place to the end of the word there. `apply`: the words of the button that makes the change. */
export function diagnosticsOf(doc: Text, findings: readonly Finding[], apply: string): Diagnostic[] {
  return findings.slice(0, MOST_MARKS).map(({ problem: { severity, position, message, cure, code }, fix }) => {
    const line = doc.line(Math.min(Math.max(1, position.line), doc.lines));
    const from = Math.min(line.from + position.column - 1, line.to);
    const word = /^(?:"[^"]*"|'[^']*'|[^\s:]+)/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0;
    return {
      from,
      to: Math.min(line.to, from + Math.max(1, word)),
      severity,
      message: `${message} ${cure}`.trim(),
      source: code,
      ...(fix === undefined ? {} : { actions: [{ name: apply, apply: (view: EditorView) => makeChange(view, fix) }] }),
    };
  });
}

/** Makes the change of a quick fix, which can be undone like typing. */
export function makeChange(view: EditorView, { line: at, from, to, text: insert }: Fix): void {
  const line = view.state.doc.line(Math.min(at + 1, view.state.doc.lines));
  view.dispatch({
    changes: { from: Math.min(line.from + from, line.to), to: Math.min(line.from + to, line.to), insert },
    selection: { anchor: Math.min(line.from + from, line.to) + insert.length },
    scrollIntoView: true,
    userEvent: 'input.fix',
  });
  view.focus();
}

/** Makes the first change that a problem in the line of the cursor offers. False: none does. */
export function applyAtCursor(view: EditorView): boolean {
  const found = actionAt(view.state);
  found?.actions?.[0]?.apply(view, found.from, found.to);
  return found !== undefined;
}

function actionAt(state: EditorState): Diagnostic | undefined {
  const line = state.doc.lineAt(state.selection.main.head);
  let found: Diagnostic | undefined;
  forEachDiagnostic(state, (diagnostic, from) => {
    if (found === undefined && diagnostic.actions !== undefined && from >= line.from && from <= line.to) found = diagnostic;
  });
  return found;
}
