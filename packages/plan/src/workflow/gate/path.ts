/**
 * Paths into a Kubernetes object: what a gate looks at. The wider grammar reads gjson's and JSONPath's ways of writing
 * them (`conditions.#(type=="Ready").status`, `conditions[?(@.type=="Ready")].status`, `conditions[type=Ready].status`).
 */
import type { Json, JsonObject } from '../../json.js';
import { type PatternBudget, PatternUnusable } from '../../pattern/budget.js';
import { equal, ordered, type Side, textOf } from './compare.js';
import { wordText } from '../word.js';
import type { FilterTest, GateOperand, GateOperator, GatePath, PathSegment } from './model.js';

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

/**
 * The wide grammar's answer. A missing value makes everything false but `!=` and `notin`; against the bare word `null`,
 * missing and null are the same. `object` is where paths on the right side are looked up.
 * @throws PatternUnusable
 */
export function testOperand(
  live: Json | undefined,
  op: GateOperator,
  operands: GateOperand[],
  object: Json,
  patterns: PatternBudget,
): boolean {
  switch (op) {
    case '!=':
      return !testOperand(live, '==', operands, object, patterns);
    case 'notin':
      return !testOperand(live, 'in', operands, object, patterns);
    case '==':
    case 'in':
      return operands.some((operand) => {
        if (operand.kind === 'null') return live === undefined || live === null;
        const side = sideOf(operand, object, patterns);
        return live !== undefined && side !== undefined && equal(live, side);
      });
    case '>':
    case '>=':
    case '<':
    case '<=': {
      const [operand] = operands;
      const side = operand && sideOf(operand, object, patterns);
      return live !== undefined && live !== null && side !== undefined && ordered(live, op, side.text);
    }
    case '=~': {
      const [operand] = operands;
      const side = operand && sideOf(operand, object, patterns);
      if (live === undefined || side === undefined) return false;
      const pattern = patterns.javascript(side.pattern);
      // Before there were values in it, it was a pattern.
      if (!pattern.ok) throw new PatternUnusable(`the pattern ${pattern.problem.message}`);
      return pattern.value.test(textOf(live));
    }
    default:
      return false;
  }
}

function sideOf(operand: GateOperand, object: Json, patterns: PatternBudget): Side | undefined {
  if (operand.kind === 'null') return undefined;
  if (operand.kind === 'text') {
    const pattern = operand.word
      .map((part) => (typeof part === 'string' ? part : wordText([part]).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')))
      .join('');
    return { text: wordText(operand.word), quoted: operand.quoted, pattern };
  }
  const [value] = lookUp(object, operand.path, patterns).values;
  if (value === undefined) return undefined;
  return { text: textOf(value), quoted: typeof value === 'string', pattern: textOf(value) };
}
