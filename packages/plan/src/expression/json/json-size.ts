/** How long the JSON text of a value is, and how deep the value, told without making the text or going deeper than asked. */
import type { Json } from '../../json.js';

/** Levels that lists and objects of a value may have. */
export const MAX_JSON_DEPTH = 200;

/** Lists and objects that were measured before: values are never changed, and a run asks for those of a wide loop at each of its steps. */
const measured = new WeakMap<object, number>();

/** Characters of `JSON.stringify(value)`; Infinity as soon as they are more than `most`, or the value is deeper than `MAX_JSON_DEPTH`. */
export function jsonLength(value: Json, most: number): number {
  if (typeof value !== 'object' || value === null) return measure(value, most);
  const length = measured.get(value) ?? measure(value, most);
  if (!Number.isFinite(length)) return length;
  measured.set(value, length);
  return length > most ? Number.POSITIVE_INFINITY : length;
}

function measure(value: Json, most: number): number {
  let length = 0;
  const open: { value: Json; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: node, depth } = next;
    if (typeof node === 'string') length += textLength(node);
    else if (typeof node !== 'object' || node === null) length += String(node).length;
    else {
      if (depth >= MAX_JSON_DEPTH) return Number.POSITIVE_INFINITY;
      const entries = Array.isArray(node) ? node.length : Object.keys(node).length;
      length += 2 + Math.max(0, entries - 1);
      if (length + entries > most) return Number.POSITIVE_INFINITY;
      if (Array.isArray(node)) for (const item of node) open.push({ value: item, depth: depth + 1 });
      else
        for (const [key, item] of Object.entries(node)) {
          length += textLength(key) + 1;
          open.push({ value: item, depth: depth + 1 });
        }
    }
    if (length > most) return Number.POSITIVE_INFINITY;
  }
  return length;
}

function textLength(text: string): number {
  let length = text.length + 2;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code === 0x5c) length += 1;
    else if (code < 0x20) length += SHORT_ESCAPES.has(code) ? 1 : 5;
    else if (code >= 0xd800 && code <= 0xdfff) {
      const pair = code < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
      if (pair) at += 1;
      else length += 5;
    }
  }
  return length;
}

/** `\b`, `\t`, `\n`, `\f`, `\r`. */
const SHORT_ESCAPES = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** Tells where a JSON text opens and closes lists and objects: the offset, and the levels around it. Ends early where `told` answers true. */
function eachLevel(text: string, told: (at: number, depth: number, opens: boolean) => boolean | void): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inText = !inText;
    else if (inText) {
      if (code === 0x5c) at += 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (told(at, depth, true) === true) return;
      depth += 1;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (told(at, depth, false) === true) return;
    }
  }
}

/** The same JSON text with null in the place of every list and object that lies deeper than a value may have levels. */
export function cutDeep(text: string): string {
  let kept = '';
  let from = 0;
  eachLevel(text, (at, depth, opens) => {
    if (depth !== MAX_JSON_DEPTH) return;
    if (opens) kept += `${text.slice(from, at)}null`;
    else from = at + 1;
  });
  return kept + text.slice(from);
}

/** True if a JSON text opens more lists and objects inside one another than a value may have. */
export function isTooDeep(text: string): boolean {
  let isDeeper = false;
  eachLevel(text, (_, depth, opens) => (isDeeper = opens && depth === MAX_JSON_DEPTH));
  return isDeeper;
}
