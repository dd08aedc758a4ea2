import type { JsonObject } from '../json.js';
import { entriesOf, isNull, jsonOf, type SpecNode, textOf, valueAt } from '../parse/node.js';

/** The text under a key, or the fallback. */
export function textAt(node: SpecNode | undefined, key: string): string | undefined;
export function textAt(node: SpecNode | undefined, key: string, fallback: string): string;
export function textAt(node: SpecNode | undefined, key: string, fallback?: string): string | undefined {
  return textOf(valueAt(node, key)) ?? fallback;
}

/** The truth value under a key; the fallback if it is missing or an expression. */
export function truthAt(node: SpecNode | undefined, key: string, fallback: boolean): boolean {
  const value = valueAt(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : fallback;
}

/** The number under a key; undefined if it is missing or an expression. */
export function numberAt(node: SpecNode | undefined, key: string): number | undefined {
  const value = valueAt(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
}

/** The entries of a map of texts as an object; entries without text are left out. */
export function textsOf(node: SpecNode | undefined): Record<string, string> {
  const texts: [string, string][] = [];
  for (const entry of entriesOf(node)) {
    const text = textOf(entry.value);
    if (text !== undefined) texts.push([entry.key, text]);
  }
  return Object.fromEntries(texts);
}

/** A map as JSON without the keys named. */
export function restOf(node: SpecNode | undefined, without: readonly string[]): JsonObject {
  return Object.fromEntries(
    entriesOf(node)
      .filter((entry) => !without.includes(entry.key))
      .map((entry) => [entry.key, jsonOf(entry.value)]),
  );
}

/** An object without its undefined members: an absent value is an absent key. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** True if the key is written, with a value or without. */
export function hasKey(node: SpecNode | undefined, key: string): boolean {
  return entriesOf(node).some((entry) => entry.key === key);
}

/** True if the key is written with a value. */
export function hasValue(node: SpecNode | undefined, key: string): boolean {
  return entriesOf(node).some((entry) => entry.key === key && !isNull(entry.value));
}

/** The text if it is one of the words; undefined otherwise. */
export function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return words.find((word) => word === text);
}
