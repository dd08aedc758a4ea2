import type { Json } from '../json.js';
import { PatternBudget } from '../pattern/budget.js';
import type { ListSegment, PathSegment } from './expression.js';
import { chosen } from './list-segment.js';
import { valueText } from './value-text.js';

/**
 * Follows a path into a value; undefined if any step is missing (a null at the end is found). `[*]` reads the rest of the
 * path in every element and joins the texts with commas; it is missing if it is missing in one of them. A numeric key
 * also indexes a list (`conditions.0.type`). Filters choose as in gates.
 * @throws PatternUnusable
 */
export function readPath(root: Json, path: readonly PathSegment[], patterns: PatternBudget = new PatternBudget()): Json | undefined {
  let value: Json = root;
  for (const [position, segment] of path.entries()) {
    if ('each' in segment) return joinEach(value, path.slice(position + 1), patterns);
    if ('list' in segment) return readList(value, segment.list, path.slice(position + 1), patterns);
    const next = step(value, segment);
    if (next === undefined) return undefined;
    value = next;
  }
  return value;
}

/** One element of a filter is followed alone; of several, those in which the rest is there make a list. */
function readList(value: Json, segment: ListSegment, rest: readonly PathSegment[], patterns: PatternBudget): Json | undefined {
  if (segment.kind === 'count') return Array.isArray(value) ? readPath(value.length, rest, patterns) : undefined;
  const found = chosen(value, segment, patterns);
  if (found === undefined) return undefined;
  if (found.many) return found.elements.map((element) => readPath(element, rest, patterns)).filter((one) => one !== undefined);
  const [first] = found.elements;
  return first === undefined ? undefined : readPath(first, rest, patterns);
}

function step(value: Json, segment: { key: string } | { index: number }): Json | undefined {
  if (Array.isArray(value)) {
    if ('index' in segment) return value.at(segment.index);
    return /^\d+$/.test(segment.key) ? value[Number(segment.key)] : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const key = 'key' in segment ? segment.key : String(segment.index);
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function joinEach(value: Json, rest: readonly PathSegment[], patterns: PatternBudget): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts: string[] = [];
  for (const element of value) {
    const found = readPath(element, rest, patterns);
    if (found === undefined) return undefined;
    texts.push(valueText(found));
  }
  return texts.join(',');
}
