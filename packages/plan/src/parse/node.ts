import { plainDecimal } from '../expression/value-text.js';
import type { Json, JsonObject } from '../json.js';
import type { Position } from '../problem.js';

/**
 * The spec as a tree in which every value knows its path and its place in the text. Aliases and merge keys are already
 * expanded. A value that came through an alias stands at the alias; `anchored` says where its text really is.
 */
export type SpecNode = ScalarNode | ListNode | MapNode;

interface NodeBase {
  /** In the author's own spelling. */
  path: string;
  position: Position;
  /** Where the text stands, if it was reached through an alias or a merge key. */
  anchored?: Position;
}

export interface ScalarNode extends NodeBase {
  kind: 'scalar';
  value: string | number | boolean | null;
  /** The text of the scalar: exactly as written if plain, unescaped if quoted, the lines if it is a block. */
  source: string;
  /** True for quoted and block scalars: the author said "this is text". */
  quoted: boolean;
  /** Literal block scalars (`|`): the line of the first line of text, and the spaces before its columns. */
  block?: { line: number; indent: number };
}

export interface ListNode extends NodeBase {
  kind: 'list';
  items: SpecNode[];
}

export interface MapNode extends NodeBase {
  kind: 'map';
  entries: MapEntry[];
}

export interface MapEntry {
  /** Preferred spelling once the schema has read the map; before that, and in maps with the author's own keys, as written. */
  key: string;
  spelling: string;
  /** The key was written in quotes: it is text, whatever it looks like. */
  quotedKey?: true;
  position: Position;
  /** Where the key stands, if the map was reached through an alias or a merge key. */
  anchored?: Position;
  /** Set if the entry came in by a merge key `<<`; a key written in the map itself wins over it. */
  merged?: true;
  value: SpecNode;
}

/** The entry of a map, by key; undefined if `node` is no map or has no such key. */
export function entryOf(node: SpecNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The value under the keys, one after the other; undefined as soon as one is missing. A null value counts as missing. */
export function valueAt(node: SpecNode | undefined, ...keys: string[]): SpecNode | undefined {
  let current = node;
  for (const key of keys) current = entryOf(current, key)?.value;
  return current && isNull(current) ? undefined : current;
}

/** True for YAML's null, written or by omission. */
export function isNull(node: SpecNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The items of a list; empty for anything else. */
export function itemsOf(node: SpecNode | undefined): SpecNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The entries of a map; empty for anything else. */
export function entriesOf(node: SpecNode | undefined): MapEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

/**
 * The text of a scalar; undefined for null, maps and lists. A plain scalar keeps its spelling, so that a chart version
 * `0.10` or an account id `012345678901` is what the author wrote and not a number.
 */
export function textOf(node: SpecNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.source : undefined;
}

/**
 * The text that Argo makes of a parameter value (AnyString): strings as they are, numbers in plain decimal, `true` and
 * `false`. Undefined for null, maps and lists.
 */
export function argumentText(node: SpecNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value !== 'number') return typeof node.value === 'boolean' ? String(node.value) : node.source;
  if (/^[-+]?\d+$/.test(node.source)) return node.source.replace(/^\+/, '');
  return plainDecimal(node.value);
}

/** The tree below a node as plain JSON. Numbers that JSON cannot hold are kept as their text. */
export function jsonOf(node: SpecNode): Json {
  if (node.kind === 'list') return node.items.map(jsonOf);
  if (node.kind === 'scalar') return node.value;
  // fromEntries defines properties, so that a key such as `__proto__` stays a key.
  return Object.fromEntries(node.entries.map((entry) => [entry.key, jsonOf(entry.value)])) satisfies JsonObject;
}

const knownStarts = new WeakMap<ScalarNode, readonly number[]>();

/** Where the lines of a block begin in its text: a manifest has as many pieces to place as it has lines. */
function lineStarts(node: ScalarNode): readonly number[] {
  const known = knownStarts.get(node);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = node.source.indexOf('\n'); at !== -1; at = node.source.indexOf('\n', at + 1)) starts.push(at + 1);
  knownStarts.set(node, starts);
  return starts;
}

/** The place of a piece of a scalar's text: exact inside literal blocks, elsewhere that of the scalar. */
export function placeInside(node: ScalarNode, offset: number): Pick<ScalarNode, 'path' | 'position' | 'anchored'> {
  if (!node.block) return node;
  const starts = lineStarts(node);
  // The last line that begins at the offset or before it, found by halving.
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const inside = { line: node.block.line + low, column: node.block.indent + (offset - (starts[low] ?? 0)) + 1 };
  return node.anchored ? { path: node.path, position: node.position, anchored: inside } : { path: node.path, position: inside };
}
