/**
 * Text with placeholders that stay opaque. A gate or a `when` is parsed with every `{{…}}` replaced by one private
 * character, so that a value can never add a clause or choose the grammar (docs/architecture.md#manifests-are-structure-not-text); the words of the parsed tree keep
 * the placeholders, and values are put in after parsing.
 */
import { MASK } from '../expression/fragment-text.js';
import { parseText, type TextPart } from '../expression/text.js';

/** A value put in the place of a placeholder. */
export interface BoundText {
  text: string;
  /** Shown as `***` in proofs and messages. */
  secret?: boolean;
}

/** The author's text, or a placeholder, bound or not. */
type WordPart = string | Placeholder;

export interface Placeholder {
  /** What stands in the braces, trimmed: `inputs.parameters.size`. */
  placeholder: string;
  tag: TextPart;
  bound?: BoundText;
}

/** Answers a placeholder's value; undefined if it has none. */
export type Resolve = (placeholder: string, tag: TextPart) => string | BoundText | undefined;

export type Word = readonly WordPart[];

/** A text whose placeholders were replaced by one character each. */
export interface NeutralText {
  /** The text to parse. */
  text: string;
  /** Character `FIRST + n` stands for the n-th. */
  placeholders: Placeholder[];
  /** Offset in the original text of every character of `text`, and of its end. */
  offsets: number[];
}

const FIRST = 0xe000;
const LAST = 0xf8ff;

/** True if the character stands for a placeholder. */
export function isToken(character: string | undefined): boolean {
  if (character === undefined || character === '') return false;
  const code = character.charCodeAt(0);
  return code >= FIRST && code <= LAST;
}

/**
 * Replaces each placeholder by one private character. Answers the offset of the fault instead if a placeholder has no end
 * (Argo refuses that too), or if the text itself holds a private-use character.
 */
export function neutralise(source: string): NeutralText | { fault: 'unclosed-placeholder' | 'private-character'; offset: number } {
  const placeholders: Placeholder[] = [];
  const offsets: number[] = [];
  let text = '';
  for (const tag of parseText(source)) {
    if (tag.type !== 'text') {
      offsets.push(tag.offset);
      text += String.fromCharCode(FIRST + placeholders.length);
      placeholders.push({ placeholder: tag.text.replace(/^\{\{|\}\}$/g, '').trim(), tag });
      continue;
    }
    const open = tag.text.indexOf('{{');
    if (open >= 0) return { fault: 'unclosed-placeholder', offset: tag.offset + open };
    for (let at = 0; at < tag.text.length; at += 1) {
      if (isToken(tag.text[at])) return { fault: 'private-character', offset: tag.offset + at };
      offsets.push(tag.offset + at);
    }
    text += tag.text;
  }
  offsets.push(source.length);
  return { text, placeholders, offsets };
}

/** The word that a stretch of neutral text stands for. */
export function wordOf(neutral: NeutralText, text: string): Word {
  const parts: WordPart[] = [];
  let run = '';
  for (const character of text) {
    if (!isToken(character)) {
      run += character;
      continue;
    }
    if (run !== '') parts.push(run);
    run = '';
    const placeholder = neutral.placeholders[character.charCodeAt(0) - FIRST];
    if (placeholder !== undefined) parts.push(placeholder);
  }
  if (run !== '' || parts.length === 0) parts.push(run);
  return parts;
}

/** Puts values in the place of placeholders; one without a value stays unbound. */
export function bindWord(word: Word, resolve: Resolve): Word {
  return word.map((part) => {
    if (typeof part === 'string') return part;
    const value = resolve(part.placeholder, part.tag);
    return value === undefined ? part : { ...part, bound: typeof value === 'string' ? { text: value } : value };
  });
}

/** The word's text. Throws if a placeholder was never bound: that is a fault of the caller, not of the plan. */
export function wordText(word: Word): string {
  return word
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.bound === undefined) throw new TypeError(`placeholder {{${part.placeholder}}} was not bound before evaluation`);
      return part.bound.text;
    })
    .join('');
}

/** The word as a person may see it: secrets masked, unbound placeholders in braces. */
export function shownWord(word: Word): string {
  return word
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.bound === undefined) return `{{${part.placeholder}}}`;
      return part.bound.secret ? MASK : part.bound.text;
    })
    .join('');
}

/** True if the word holds a secret value. */
export function holdsSecret(word: Word): boolean {
  return word.some((part) => typeof part !== 'string' && part.bound?.secret === true);
}

/** True if any part of the word came from a placeholder. */
export function hasPlaceholder(word: Word): boolean {
  return word.some((part) => typeof part !== 'string');
}
