/**
 * Fields that two JSON objects differ in, as paths. Lists whose entries have a name, a key or a verb are compared by it, others as a whole
 * unless they are as long. Texts of several lines are told by the lines that differ. Pure.
 */
import { cut, stableJson } from '@cellplane/plan';

/** A value of one side; absent: that side does not have the field. Values are JSON text, texts themselves. */
export interface ChangedField {
  path: string;
  before?: string;
  after?: string;
  /** Of texts of several lines: those that differ, with `-` or `+` before them. */
  lines?: string[];
}

/** Characters of one value. */
const MOST_CHARACTERS = 2_000;
/** Fields of one comparison: a part that differs in more is another one. */
const MOST_FIELDS = 200;
/** Of each side: longer texts are told as a whole. */
const MOST_LINES = 600;
/** Pairs of lines that the comparison of two plans looks at: less than a quarter of a second. */
const MOST_PAIRS = 1_000_000;

/** How many pairs of lines may still be looked at; where there is no room, all lines of either side are told. */
export interface LineRoom {
  pairs: number;
}

export function lineRoom(): LineRoom {
  return { pairs: MOST_PAIRS };
}

export function changedFields(before: unknown, after: unknown, room = lineRoom()): ChangedField[] {
  const found: ChangedField[] = [];
  walk(before, after, { path: '', found, room });
  return found;
}

interface Walk {
  path: string;
  found: ChangedField[];
  room: LineRoom;
}

function walk(before: unknown, after: unknown, { path, found, room }: Walk): void {
  const below = (one: unknown, other: unknown, place: string) => walk(one, other, { path: place, found, room });
  if (found.length >= MOST_FIELDS || stableJson(before ?? null) === stableJson(after ?? null)) return;
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) below(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const names = [namesOf(before), namesOf(after)] as const;
    if (names[0] !== undefined && names[1] !== undefined) {
      for (const name of new Set([...names[0].keys(), ...names[1].keys()]))
        below(names[0].get(name), names[1].get(name), `${path}[${name}]`);
      return;
    }
    if (before.length === after.length) {
      for (const [index, one] of before.entries()) below(one, after[index], `${path}[${index}]`);
      return;
    }
  }
  found.push(fieldOf(path, { before, after }, room));
}

function fieldOf(path: string, { before, after }: { before: unknown; after: unknown }, room: LineRoom): ChangedField {
  const lines = typeof before === 'string' && typeof after === 'string' ? changedLines(before, after, room) : undefined;
  return {
    path,
    ...(before === undefined ? {} : { before: textOf(before) }),
    ...(after === undefined ? {} : { after: textOf(after) }),
    ...(lines === undefined ? {} : { lines }),
  };
}

function textOf(value: unknown): string {
  return cut(typeof value === 'string' ? value : stableJson(value), MOST_CHARACTERS);
}

/** Entries by what they are called; undefined for a list where two share a name, or one has none. */
function namesOf(list: readonly unknown[]): Map<string, unknown> | undefined {
  const named = new Map<string, unknown>();
  for (const entry of list) {
    const name = isObject(entry) ? [entry['name'], entry['key'], entry['verb']].find((one) => typeof one === 'string') : undefined;
    if (name === undefined || named.has(name)) return undefined;
    named.set(name, entry);
  }
  return named;
}

/** Lines that only one text has, in order: the longest common part stays out. Undefined where the texts have one line, or too many. */
function changedLines(before: string, after: string, room: LineRoom): string[] | undefined {
  const [old, now] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')];
  if (old.length + now.length <= 2 || Math.max(old.length, now.length) > MOST_LINES) return undefined;
  let begin = 0;
  while (begin < Math.min(old.length, now.length) && old[begin] === now[begin]) begin += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - begin && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return linesBetween(old.slice(begin, old.length - end), now.slice(begin, now.length - end), room);
}

function linesBetween(old: readonly string[], now: readonly string[], room: LineRoom): string[] {
  const pairs = old.length * now.length;
  if (pairs > room.pairs) return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  room.pairs -= pairs;
  const common: number[][] = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      (common[row] as number[])[column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) [row, column] = [row + 1, column + 1];
    else if (row < old.length && (column >= now.length || at(row + 1, column) >= at(row, column + 1))) lines.push(`-${old[row++]}`);
    else lines.push(`+${now[column++]}`);
  }
  return lines;
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
