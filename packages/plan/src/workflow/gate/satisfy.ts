/**
 * Makes a gate come true: for simulated operators, which have no other idea of what "ready" means for a kind than the plan's own
 * gates (docs/simulate.md). Only `status` is ever changed: everything else of an object is its author's.
 */
import type { Json, JsonObject } from '../../json.js';
import type { Gate, GateNode, GateOperand, GatePath, PathSegment } from './model.js';
import { gateHolds } from './evaluate.js';
import { isObject, lookUp } from './path.js';
import { PatternBudget } from '../../pattern/budget.js';
import { wordText } from '../word.js';

/** Which fields may be made: an operator's `status`, or all of an object that is made up but what it is called. */
type Reach = 'status' | 'all';

/**
 * The `status` with which a bound gate holds on the object, starting from the one it has; undefined if no status makes it hold
 * (a clause about the spec, a pattern that no simple text matches, clauses that contradict each other).
 */
export function satisfyGate(gate: Gate, object: JsonObject): JsonObject | undefined {
  const made = make(gate.root, true, object, gate, 'status');
  if (!gateHolds(gate, made)) return undefined;
  return isObject(made['status']) ? made['status'] : {};
}

/** The object with what makes a bound gate hold on it, wherever that is (a Secret's `data`, say); undefined if nothing does. */
export function satisfyWhole(gate: Gate, object: JsonObject): JsonObject | undefined {
  const made = make(gate.root, true, object, gate, 'all');
  return gateHolds(gate, made) ? made : undefined;
}

/** The object, changed as far as it can be so that the node is as wanted. The given one stays as it is. */
function make(node: GateNode, wanted: boolean, object: JsonObject, gate: Gate, reach: Reach): JsonObject {
  if (holds(node, object, gate) === wanted) return object;
  if (node.kind === 'not') return make(node.child, !wanted, object, gate, reach);
  if (node.kind === 'clause') return makeClause(node, wanted, object, gate, reach);
  // All children of an AND that shall hold, of an OR that shall not; else the first that can be had.
  const every = (node.kind === 'and') === wanted;
  let made = object;
  for (const child of node.children) {
    const next = make(child, wanted, every ? made : object, gate, reach);
    if (every) made = next;
    else if (holds(node, next, gate) === wanted) return next;
  }
  return made;
}

function holds(root: GateNode, object: JsonObject, gate: Gate): boolean {
  return gateHolds({ ...gate, root }, object);
}

type Clause = Extract<GateNode, { kind: 'clause' }>;

function makeClause(node: Clause, wanted: boolean, object: JsonObject, gate: Gate, reach: Reach): JsonObject {
  // Where both sides are paths, either may be the one to make; what neither has yet is made on the right first.
  for (const draft of beginnings(node, object, reach)) {
    const tries = [
      { path: node.left, values: () => candidates(node.op, node.right, draft) },
      ...node.right.map((path) => ({ path, values: () => candidates(node.op, [node.left], draft) })),
    ];
    for (const { path, values } of tries) {
      if (path.kind !== 'path' || !mayMake(path.path, reach)) continue;
      for (const candidate of values()) {
        const next = structuredClone(draft);
        put(next, path.path.segments, candidate);
        if (holds(node, next, gate) === wanted) return next;
      }
    }
  }
  return object;
}

/** The object as it is, then with a value for each path on the right that has none: numbers compare, texts are said to be made up. */
function beginnings(node: Clause, object: JsonObject, reach: Reach): JsonObject[] {
  const absent = node.right.filter(
    (operand) =>
      operand.kind === 'path' && mayMake(operand.path, reach) && lookUp(object, operand.path, new PatternBudget()).values.length === 0,
  );
  if (absent.length === 0 || node.left.kind !== 'path') return [object];
  const filled = [1, MADE_UP].map((value) => {
    const next = structuredClone(object);
    for (const operand of absent) if (operand.kind === 'path') put(next, operand.path.segments, value);
    return next;
  });
  return [object, ...filled];
}

/** Identity is never made: by it the object was found. */
const IDENTITY = /^(uid|name|namespace|generation|resourceVersion|creationTimestamp|deletionTimestamp|managedFields)$/;

function mayMake({ segments }: GatePath, reach: Reach): boolean {
  const [first, second] = segments.map((segment) => (segment.kind === 'key' ? wordText(segment.word) : undefined));
  if (first === undefined) return false;
  if (reach === 'status') return first === 'status';
  if (first === 'metadata') return second !== undefined && !IDENTITY.test(second);
  return first !== 'apiVersion' && first !== 'kind';
}

/** What is put where nothing better is known; it says what it is. */
const MADE_UP = 'simulated';

/** Values to try, the likeliest first; undefined takes the field away. */
function candidates(op: string, right: GateOperand[], draft: JsonObject): (Json | undefined)[] {
  const given = right.flatMap((operand) => valuesOf(operand, draft));
  const near = given.flatMap((value) => (typeof value === 'number' ? [value + 1, value - 1] : []));
  if (op === '=~') return [...given.flatMap((value) => textsOf(String(value))), MADE_UP];
  return [...given, ...near, MADE_UP, 0, 1, true, undefined];
}

function valuesOf(operand: GateOperand, draft: JsonObject): Json[] {
  if (operand.kind === 'null') return [null];
  if (operand.kind === 'path') return lookUp(draft, operand.path, new PatternBudget()).values.slice(0, 1);
  const text = wordText(operand.word);
  if (operand.quoted) return [text];
  if (text === 'true' || text === 'false') return [text === 'true', text];
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? [Number(text), text] : [text];
}

/** Simple texts that a pattern may match: each alternative without its anchors and with its escapes undone. */
function textsOf(pattern: string): string[] {
  const plain = pattern.replaceAll(/[\^$()]/g, '');
  return plain.split('|').map((one) => one.replaceAll(/\\(.)|\.[*+?]|[*+?]/g, '$1'));
}

/** Sets the value at a path, making what is missing on the way. */
function put(target: Json, segments: PathSegment[], value: Json | undefined): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (segment.kind === 'key') {
    const key = wordText(segment.word);
    if (Array.isArray(target)) return;
    if (!isObject(target)) return;
    if (rest.length === 0) {
      if (value === undefined) delete target[key];
      else target[key] = value;
      return;
    }
    const next = target[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next) !== isOfList(rest[0])) target[key] = isOfList(rest[0]) ? [] : {};
    return put(target[key] as Json, rest, value);
  }
  if (!Array.isArray(target)) return;
  if (segment.kind === 'count') {
    const length = Math.min(Math.max(0, Math.trunc(Number(value))) || 0, 1_000);
    target.length = Math.min(target.length, length);
    while (target.length < length) target.push({});
    return;
  }
  for (const index of indexes(target, segment)) {
    if (rest.length === 0) {
      if (value !== undefined) target[index] = value;
      continue;
    }
    const element = target[index];
    if (typeof element !== 'object' || element === null) target[index] = isOfList(rest[0]) ? [] : {};
    put(target[index] as Json, rest, value);
  }
}

function isOfList(segment: PathSegment | undefined): boolean {
  return segment !== undefined && segment.kind !== 'key';
}

/** Which elements are meant; one is made if none is there. */
function indexes(list: Json[], segment: Exclude<PathSegment, { kind: 'key' | 'count' }>): number[] {
  if (segment.kind === 'every') {
    if (list.length === 0) list.push({});
    return list.map((_, index) => index);
  }
  if (segment.kind === 'index') {
    const index = segment.index < 0 ? Math.max(0, list.length + segment.index) : segment.index;
    if (index > 1_000) return [];
    while (list.length <= index) list.push({});
    return [index];
  }
  const path: GatePath = { source: [], segments: [segment] };
  let found = lookUp(list, path, new PatternBudget()).values;
  if (found.length === 0) {
    const element: JsonObject = {};
    for (const test of segment.tests) {
      const [wanted] = test.operand === undefined ? [MADE_UP] : valuesOf(test.operand, element);
      if (wanted !== undefined) put(element, test.path.segments, wanted);
    }
    list.push(element);
    found = lookUp(list, path, new PatternBudget()).values;
  }
  return list.flatMap((element, index) => (found.includes(element) ? [index] : []));
}
