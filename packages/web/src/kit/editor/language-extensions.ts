/** What the plan language gives the editor: completion, explanations, jumps to definitions. */
import type { Completion as Option, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { EditorView, type KeyBinding, type Tooltip } from '@codemirror/view';
import { expressionBefore } from './language/begun';
import type { Spot } from './language/place';
import { planLanguage } from './plan-language';

function spotAt({ state: { doc } }: Pick<EditorView, 'state'>, offset: number): Spot {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, column: offset - line.from };
}

/** Suggestions by place. While typing only after a sign that begins something; Ctrl-Space anywhere. */
export async function completionSource(context: CompletionContext): Promise<CompletionResult | null> {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (!context.explicit && !/[\w$.{-]$/.test(before) && !/:\s$/.test(before)) return null;
  const { from, suggestions } = await planLanguage('suggest', context.state.doc.toString(), spotAt(context, context.pos));
  if (suggestions.length === 0) return null;
  const closes =
    expressionBefore(before)?.braces === true &&
    !line.text
      .slice(context.pos - line.from)
      .trimStart()
      .startsWith('}}');
  return {
    from: line.from + from,
    options: suggestions.map(({ text, kind, detail, about }, at): Option => {
      const whole = closes && !/[.(]$/.test(text) ? `${text} }}` : text;
      return {
        label: text.trimEnd(),
        apply: whole,
        type: kind,
        boost: -at / suggestions.length,
        ...(detail === undefined ? {} : { detail }),
        ...(about === undefined ? {} : { info: about }),
      };
    }),
    validFor: /^[\w.$-]*$/,
  };
}

/** What the grammar says of the word under the pointer. */
export async function explanation(view: EditorView, offset: number): Promise<Tooltip | null> {
  const spot = spotAt(view, offset);
  const found = await planLanguage('explain', view.state.doc.toString(), spot);
  if (found === undefined) return null;
  const start = offset - spot.column;
  return {
    pos: start + found.from,
    end: start + found.to,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.style.padding = '8px 12px';
      const title = dom.appendChild(document.createElement('div'));
      title.className = 'mono';
      title.textContent = found.title;
      for (const words of found.lines) dom.appendChild(document.createElement('div')).textContent = words;
      return { dom };
    },
  };
}

/** Puts the cursor where what stands at the offset is defined. False: it is defined nowhere else. */
export async function goToDefinition(view: EditorView, offset: number): Promise<boolean> {
  const found = await planLanguage('define', view.state.doc.toString(), spotAt(view, offset));
  if (found === undefined) return false;
  const line = view.state.doc.line(found.line + 1);
  const to = Math.min(line.from + found.column, line.to);
  view.dispatch({ selection: { anchor: to }, effects: EditorView.scrollIntoView(to, { y: 'center' }) });
  view.focus();
  return true;
}

/** F12, as in other editors. */
export const definitionKey: KeyBinding = {
  key: 'F12',
  run: (view) => {
    void goToDefinition(view, view.state.selection.main.head);
    return true;
  },
};

/** A click with Ctrl, or ⌘. */
export const definitionClick = EditorView.domEventHandlers({
  mousedown: (event, view) => {
    if (!event.ctrlKey && !event.metaKey) return false;
    const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (offset === null) return false;
    event.preventDefault();
    void goToDefinition(view, offset);
    return true;
  },
});
