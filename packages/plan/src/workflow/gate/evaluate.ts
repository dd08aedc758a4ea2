import { cut } from '../../cut.js';
import { MASK } from '../../expression/fragment-text.js';
import type { Json, JsonObject } from '../../json.js';
import type { Gate, GateNode, GateOperand } from './model.js';
import { testArgo } from './compare.js';
import { lookUp, testOperand } from './path.js';
import { PatternBudget, PatternUnusable } from '../../pattern/budget.js';
import type { ProofNode } from '../model.js';
import { holdsSecret, shownWord, wordText } from '../word.js';

/**
 * Evaluates a bound gate on an object. Every clause is evaluated, also where the result is already decided, so that the
 * proof shows all live values. Throws only if a placeholder of the gate was never bound.
 * @throws PatternUnusable
 */
export function evaluateGate(gate: Gate, object: JsonObject, patterns: PatternBudget = new PatternBudget()): ProofNode {
  return evaluateNode(gate.root, { level: gate.level, object, patterns });
}

/** Whether a bound gate holds; false too where its patterns cannot be matched, of which `judge` makes a failure. */
export function gateHolds(gate: Gate, object: JsonObject): boolean {
  try {
    return evaluateGate(gate, object).value;
  } catch (error) {
    if (error instanceof PatternUnusable) return false;
    throw error;
  }
}

interface Scope {
  level: 1 | 2;
  object: JsonObject;
  patterns: PatternBudget;
}

function evaluateNode(node: GateNode, scope: Scope): ProofNode {
  const { object, patterns } = scope;
  const text = shownWord(node.source);
  if (node.kind === 'not') {
    const child = evaluateNode(node.child, scope);
    return { text, op: 'not', value: !child.value, children: [child] };
  }
  if (node.kind !== 'clause') {
    const children = node.children.map((child) => evaluateNode(child, scope));
    const value = node.kind === 'and' ? children.every((child) => child.value) : children.some((child) => child.value);
    return { text, op: node.kind, value, children };
  }
  if (node.left.kind !== 'path') {
    const live = node.left.kind === 'text' ? wordText(node.left.word) : null;
    return { text, op: 'clause', value: testOperand(live, node.op, node.right, object, patterns) };
  }
  const found = lookUp(object, node.left.path, patterns);
  const proof: ProofNode = {
    text,
    op: 'clause',
    path: shownWord(node.left.path.source),
    value: clauseValue(node.op, node.right, found.values, scope),
  };
  if (found.values.length === 0) return { ...proof, missing: true };
  const secret = holdsSecret(node.source);
  return { ...proof, live: secret ? MASK : found.many ? found.values : found.values[0] };
}

/** A path that fans out over a list asks the same of every element, and is missing if the list gives none. */
function clauseValue(
  op: Extract<GateNode, { kind: 'clause' }>['op'],
  right: GateOperand[],
  live: Json[],
  { level, object, patterns }: Scope,
): boolean {
  if (op === 'exists') return live.length > 0;
  if (op === 'absent') return live.length === 0;
  if (level === 2)
    return live.length === 0
      ? testOperand(undefined, op, right, object, patterns)
      : live.every((value) => testOperand(value, op, right, object, patterns));
  const [value] = live;
  if (value === undefined) return op === '!=' || op === 'notin';
  return testArgo(
    value,
    op,
    right.map((operand) => (operand.kind === 'text' ? wordText(operand.word) : '')),
  );
}

/** The clauses that decide why a proof has the value it has: for a false AND its false clauses, for a true OR its true ones. */
export function decidingClauses(proof: ProofNode): ProofNode[] {
  if (proof.op === 'clause') return [proof];
  const children = proof.children ?? [];
  if (proof.op === 'not') return children.flatMap(decidingClauses);
  return children.filter((child) => child.value === proof.value).flatMap(decidingClauses);
}

/** A clause and what is there instead, on one line: `status.readyInstances == 2: is 1`. */
export function explainClause(clause: ProofNode): string {
  if (clause.path === undefined) return clause.text;
  if (clause.missing) return `${clause.text}: not there yet`;
  const live = clause.live === undefined ? '' : typeof clause.live === 'string' ? clause.live || '""' : JSON.stringify(clause.live);
  return `${clause.text}: is ${cut(live)}`;
}
