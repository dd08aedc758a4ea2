/** What every view of a spec has: YAML, line numbers, folding, search, and the colours of the application. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

const MONO = 'var(--mantine-font-family-monospace)';
const BORDER = '1px solid var(--mantine-color-default-border)';
const ACCENT = 'var(--mantine-primary-color-filled)';

/** Colours follow those of the page, light or dark, because they are its variables. */
const look = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: '13px',
    border: BORDER,
    borderRadius: '8px',
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
  },
  '&.cm-focused': { outline: `2px solid ${ACCENT}`, outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.5', borderRadius: '8px' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderInlineStartColor: 'var(--mantine-color-text)' },
  '.cm-gutters': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-dimmed)', borderInlineEnd: BORDER },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--mantine-color-default-hover) 60%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: `color-mix(in srgb, ${ACCENT} 25%, transparent)`,
  },
  '.cm-tooltip': { backgroundColor: 'var(--mantine-color-body)', border: BORDER, borderRadius: '6px', maxWidth: '480px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: MONO },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: ACCENT,
    color: 'var(--mantine-primary-color-contrast)',
  },
  '.cm-panels': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
    borderColor: 'var(--mantine-color-default-border)',
  },
  '.cm-panel input, .cm-panel button': {
    color: 'inherit',
    backgroundColor: 'var(--mantine-color-default)',
    backgroundImage: 'none',
    border: BORDER,
  },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnosticAction': {
    padding: '2px 10px',
    marginInlineStart: '8px',
    borderRadius: '6px',
    color: 'var(--mantine-primary-color-contrast)',
    backgroundColor: ACCENT,
  },
  '.cm-placeholder': { color: 'var(--mantine-color-dimmed)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--mantine-color-default-hover)', color: 'var(--mantine-color-dimmed)', border: 'none' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--mantine-color-yellow-5) 40%, transparent)' },
});

/** Colours that are readable on both backgrounds. */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#0747a6, #8db8ff)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#1b6b34, #8fd19e)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'light-dark(#8a3d00, #f0b072)' },
  { tag: tags.comment, color: 'light-dark(#5c6370, #9aa2b1)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName], color: 'light-dark(#7a2a86, #d9a5e3)' },
]);

/** To read a spec. */
export const reading: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  drawSelection(),
  yaml(),
  syntaxHighlighting(colours),
  bracketMatching(),
  search({ top: true }),
  highlightSelectionMatches(),
  keymap.of([...searchKeymap, ...foldKeymap, ...defaultKeymap]),
  look,
];

/** To write one. Tab indents; Escape then Tab leaves the editor, as CodeMirror has it. */
export const writing: Extension = [
  reading,
  history(),
  indentOnInput(),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  keymap.of([...historyKeymap, indentWithTab]),
];
