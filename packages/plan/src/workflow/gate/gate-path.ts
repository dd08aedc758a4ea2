/**
 * Paths into a Kubernetes object: what a gate looks at. The wider grammar reads gjson's and JSONPath's ways of writing
 * them (`conditions.#(type=="Ready").status`, `conditions[?(@.type=="Ready")].status`, `conditions[type=Ready].status`).
 */
import type { Json, JsonObject } from '../../json.js';
import type { PatternBudget } from '../../pattern/budget.js';
import type { GateOperand, GateOperator } from './gate.js';
import { testOperand } from './gate-compare.js';
import { type Word, wordText } from '../word.js';

export type PathSegment =
  | { kind: 'key'; word: Word }
  /** `[2]`, or `[-1]` from the end. */
  | { kind: 'index'; index: number }
  /** The first element of a list that passes all tests; every one that does with `all` (gjson's `#(…)#`). */
  | { kind: 'filter'; tests: FilterTest[]; all: boolean }
  /** `#` in the middle: every element. */
  | { kind: 'every' }
  /** `#` at the end: the length of the list. */
  | { kind: 'count' };

export interface FilterTest {
  path: GatePath;
  op: GateOperator;
  operand?: GateOperand;
}

export interface GatePath {
  source: Word;
  segments: PathSegment[];
}

/** What stands at a path: `values` is empty if nothing does; `many` if the path fans out over a list. */
export interface Found {
  values: Json[];
  many: boolean;
}

/** Looks a path up. A key of digits is an index on a list; a JSON null counts as found. @throws PatternUnusable */
export function lookUp(object: Json, path: GatePath, patterns: PatternBudget): Found {
  let found: Found = { values: [object], many: false };
  for (const segment of path.segments) {
    found = {
      many: found.many || segment.kind === 'every' || (segment.kind === 'filter' && segment.all),
      values: found.values.flatMap((value) => step(value, segment, patterns)),
    };
  }
  return found;
}

function step(value: Json, segment: PathSegment, patterns: PatternBudget): Json[] {
  if (segment.kind === 'key') {
    const key = wordText(segment.word);
    if (Array.isArray(value)) return /^\d+$/.test(key) ? at(value, Number(key)) : [];
    return isObject(value) && Object.hasOwn(value, key) ? [value[key] as Json] : [];
  }
  if (!Array.isArray(value)) return [];
  switch (segment.kind) {
    case 'index':
      return at(value, segment.index < 0 ? value.length + segment.index : segment.index);
    case 'every':
      return value;
    case 'count':
      return [value.length];
    case 'filter': {
      const passing = value.filter((element) => segment.tests.every((test) => passes(element, test, patterns)));
      return segment.all ? passing : passing.slice(0, 1);
    }
  }
}

function at(list: Json[], index: number): Json[] {
  const element = list[index];
  return element === undefined ? [] : [element];
}

function passes(element: Json, test: FilterTest, patterns: PatternBudget): boolean {
  const found = lookUp(element, test.path, patterns);
  if (test.op === 'exists') return found.values.length > 0;
  if (test.op === 'absent') return found.values.length === 0;
  const [live] = found.values;
  if (test.operand === undefined) return false;
  return testOperand(live, test.op, [test.operand], element, patterns);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
