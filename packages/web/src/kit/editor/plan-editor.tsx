/** The editor of a plan: CodeMirror with the plan language behind it, which thinks in a worker. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, placeholder } from '@codemirror/view';
import { t } from 'i18next';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { completionSource, definitionClick, definitionKey, explanation, goToDefinition } from './language-extensions';
import { applyAtCursor, diagnosticsOf, type Finding, makeChange } from './diagnostics';
import type { Fix } from './language/fix';
import type { Spot } from './language/place';
import { writing } from './setup';

/** What a page can do with the text. */
export interface EditorHandle {
  /** Puts the cursor there, and shows it. Line and column from 0. */
  show(spot: Spot): void;
  /** Makes the change of a quick fix, which can be undone like typing. */
  apply(fix: Fix): void;
  /** Makes the change that a problem in the line of the cursor offers; false: none does. */
  applyAtCursor(): boolean;
  /** Puts another text in the place of all of it; can be undone. */
  replace(text: string): void;
  /** To where what stands at the cursor is defined; false: it is defined nowhere else. */
  goToDefinition(): Promise<boolean>;
}

interface Props {
  ref: Ref<EditorHandle>;
  /** What it begins with. */
  text: string;
  label: string;
  findings: readonly Finding[];
  onChange: (text: string) => void;
  onCursor: (spot: Spot) => void;
  /** Ctrl S. */
  onSave: () => void;
}

export default function PlanEditor({ ref, text, label, findings, onChange, onCursor, onSave }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const tell = useRef({ onChange, onCursor, onSave });
  tell.current = { onChange, onCursor, onSave };
  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          writing,
          closeBrackets(),
          autocompletion({ override: [completionSource], icons: false }),
          lintGutter(),
          placeholder(t('Type, or press Ctrl-Space: it shows what can stand at a place.')),
          hoverTooltip(explanation),
          definitionClick,
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, definitionKey, { key: 'Mod-.', run: applyAtCursor }]),
          // The browser would save the page.
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (tell.current.onSave(), true) }]),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-description': t('Tab indents. Escape, then Tab leaves the text.') }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell.current.onChange(update.state.doc.toString());
            if (update.selectionSet || update.docChanged) tell.current.onCursor(spotOf(update.state));
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // A new text comes by `replace`: the editor keeps what was typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (view.current !== null)
      view.current.dispatch(setDiagnostics(view.current.state, diagnosticsOf(view.current.state.doc, findings, t('Apply'))));
  }, [findings]);
  useImperativeHandle(ref, () => ({
    show: (spot) => {
      const editor = view.current;
      if (editor === null) return;
      editor.dispatch({
        selection: { anchor: offsetOf(editor.state, spot) },
        effects: EditorView.scrollIntoView(offsetOf(editor.state, spot), { y: 'center' }),
      });
      editor.focus();
    },
    apply: (fix) => view.current !== null && makeChange(view.current, fix),
    applyAtCursor: () => view.current !== null && applyAtCursor(view.current),
    replace: (insert) => {
      const editor = view.current;
      editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert }, selection: { anchor: 0 } });
    },
    goToDefinition: async () => (view.current === null ? false : goToDefinition(view.current, view.current.state.selection.main.head)),
  }));
  return <div ref={place} style={{ height: '100%', minHeight: 0, overflow: 'hidden' }} />;
}

function spotOf({ doc, selection }: EditorState): Spot {
  const line = doc.lineAt(selection.main.head);
  return { line: line.number - 1, column: selection.main.head - line.from };
}

function offsetOf({ doc }: EditorState, { line, column }: Spot): number {
  const found = doc.line(Math.min(Math.max(1, line + 1), doc.lines));
  return Math.min(found.from + Math.max(0, column), found.to);
}
