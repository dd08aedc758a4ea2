/**
 * Makes a gate come true: for simulated operators, which have no other idea of what "ready" means for a kind than the plan's own
 * gates (design 5.9). Only `status` is ever changed: everything else of an object is its author's.
 */
import type { Json, JsonObject } from '../json.js';
import type { Gate, GateNode, GateOperand } from './gate.js';
import { evaluateGate } from './gate-evaluate.js';
import { type GatePath, isObject, lookUp, type PathSegment } from './gate-path.js';
import { wordText } from './word.js';

/**
 * The `status` with which a bound gate holds on the object, starting from the one it has; undefined if no status makes it hold
 * (a clause about the spec, a pattern that no simple text matches, clauses that contradict each other).
 */
export function satisfyGate(gate: Gate, object: JsonObject): JsonObject | undefined {
  const draft = structuredClone(object);
  make(gate.root, true, draft, gate);
  if (!evaluateGate(gate, draft).value) return undefined;
  return isObject(draft['status']) ? draft['status'] : {};
}

function make(node: GateNode, wanted: boolean, draft: JsonObject, gate: Gate): void {
  if (holds(node, draft, gate) === wanted) return;
  if (node.kind === 'not') return make(node.child, !wanted, draft, gate);
  if (node.kind === 'clause') return makeClause(node, wanted, draft, gate);
  // All children of an AND that shall hold, of an OR that shall not; else the first that can be had.
  const every = (node.kind === 'and') === wanted;
  for (const child of node.children) {
    const before = structuredClone(draft['status']);
    make(child, wanted, draft, gate);
    if (every) continue;
    if (holds(node, draft, gate) === wanted) return;
    if (before === undefined) delete draft['status'];
    else draft['status'] = before;
  }
}

function holds(root: GateNode, draft: JsonObject, gate: Gate): boolean {
  return evaluateGate({ ...gate, root }, draft).value;
}

function makeClause(node: Extract<GateNode, { kind: 'clause' }>, wanted: boolean, draft: JsonObject, gate: Gate): void {
  if (node.left.kind !== 'path') return;
  const { segments } = node.left.path;
  const [first] = segments;
  if (first?.kind !== 'key' || wordText(first.word) !== 'status') return;
  for (const candidate of candidates(node.op, node.right, draft)) {
    const before = structuredClone(draft['status']);
    put(draft, segments, candidate);
    if (holds(node, draft, gate) === wanted) return;
    if (before === undefined) delete draft['status'];
    else draft['status'] = before;
  }
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
  if (operand.kind === 'path') return lookUp(draft, operand.path).values.slice(0, 1);
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
  let found = lookUp(list, path).values;
  if (found.length === 0) {
    const element: JsonObject = {};
    for (const test of segment.tests) {
      const [wanted] = test.operand === undefined ? [MADE_UP] : valuesOf(test.operand, element);
      if (wanted !== undefined) put(element, test.path.segments, wanted);
    }
    list.push(element);
    found = lookUp(list, path).values;
  }
  return list.flatMap((element, index) => (found.includes(element) ? [index] : []));
}
