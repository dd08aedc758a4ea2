/**
 * What can be told of a gate before any object is there: clauses that never look at the object, that look at a field which no
 * object has, that compare with what the field cannot be, or that contradict each other. A workflow would wait for such a gate to
 * its deadline. Only what is certain is an error; what an odd object may still fulfil is a warning.
 */
import type { Clause, Gate, GateNode, GateOperand, GatePath } from './model.js';
import { contradictionsOf } from './contradictions.js';
import { COMMON, faultsOfPath, literalKey, ROOTS } from './path-faults.js';
import { hasPlaceholder, shownWord, type Word } from '../word.js';
import type { Fault, GateFault } from './fault.js';

/** Faults of a parsed gate. `apiVersion` is that of the object: built-in kinds have more fields at their root than custom ones. */
export function gateFaults(gate: Gate, apiVersion = ''): GateFault[] {
  const faults: GateFault[] = [];
  for (const clause of clausesOf(gate.root)) {
    const place = { offset: offsetOf(gate, clause.source) };
    for (const fault of faultsOfClause(clause, gate, apiVersion)) faults.push({ ...place, ...fault });
  }
  for (const { message, at } of contradictionsOf(gate.root)) {
    faults.push({
      severity: 'error',
      code: 'gate-never-holds',
      offset: offsetOf(gate, at),
      message,
      cure: 'Join them with || where one is enough, or remove one.',
    });
  }
  return faults;
}

export function clausesOf(node: GateNode): Clause[] {
  if (node.kind === 'clause') return [node];
  return node.kind === 'not' ? clausesOf(node.child) : node.children.flatMap(clausesOf);
}

/** Where a piece of the gate stands in its text: at its first literal characters. */
function offsetOf(gate: Gate, source: Word): number {
  const first = source.find((part) => typeof part === 'string' && part.trim() !== '');
  return typeof first === 'string' ? Math.max(0, gate.text.indexOf(first)) : 0;
}

function* faultsOfClause(clause: Clause, gate: Gate, apiVersion: string): Generator<Fault> {
  const paths = [clause.left, ...clause.right].flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []));
  if (paths.length === 0) {
    yield looksAtNothing(clause);
    return;
  }
  const swapped = swappedSides(clause);
  if (swapped) {
    yield swapped;
    return;
  }
  for (const path of paths) yield* faultsOfPath(path, apiVersion);
  for (const operand of clause.right) yield* faultsOfValue(clause, operand, gate);
  if (clause.left.kind === 'path') yield* faultsOfKind(clause, clause.left.path, gate);
}

const PATH_IN_TEXT = /^\$?\.?(spec|status|metadata)\.[A-Za-z]/;

function looksAtNothing(clause: Clause): Fault {
  const source = shownWord(clause.source);
  const left = clause.left.kind === 'text' ? shownWord(clause.left.word) : '';
  return {
    severity: 'error',
    code: 'gate-never-holds',
    message: `'${source}' compares two texts and never looks at the object`,
    cure: PATH_IN_TEXT.test(left)
      ? `Write the path without quotes: ${left}.`
      : 'Write a path of the object on one side, for example status.phase == Ready.',
  };
}

/** `Running == status.phase`: Argo takes the left side for a path, and a word without a dot is the value that was meant. */
export function swappedSides({ left, op, right: [right], source }: Clause): Fault | undefined {
  if (left.kind !== 'path' || right?.kind !== 'text' || right.quoted || (op !== '==' && op !== '!=')) return undefined;
  const [value, path] = [shownWord(left.path.source), shownWord(right.word)];
  if (!PATH_IN_TEXT.test(path) || left.path.segments.length > 1 || COMMON.has(value)) return undefined;
  return {
    severity: 'error',
    code: 'gate-never-holds',
    message: `'${shownWord(source)}' looks for a field '${value}' and compares it with the text '${path}'`,
    cure: `Write the path on the left: ${path} ${op} ${value}.`,
  };
}

const QUOTES = '"\'`“”„‘’‚';

function* faultsOfValue(clause: Clause, operand: GateOperand, gate: Gate): Generator<Fault> {
  if (operand.kind !== 'text' || clause.op === '=~') return;
  const text = shownWord(operand.word);
  if (operand.quoted && PATH_IN_TEXT.test(text)) {
    yield {
      severity: 'warning',
      code: 'gate-compares-text',
      message: `'${shownWord(clause.source)}' compares with the text '${text}'`,
      cure: 'Write the path without quotes to compare with the field.',
    };
  }
  if (gate.level === 1 || operand.quoted || hasPlaceholder(operand.word)) return;
  const odd = oddity(text);
  if (odd !== undefined) {
    yield {
      severity: 'error',
      code: 'gate-value-odd',
      message: `'${shownWord(clause.source)}' compares with the text '${text}', ${odd.what}`,
      cure: odd.cure,
    };
  } else if (/^\S+ (and|or) \S+$/.test(text) || /\s(AND|OR)\s/.test(text)) {
    yield {
      severity: 'warning',
      code: 'gate-value-odd',
      message: `'${shownWord(clause.source)}' compares with '${text}' as one text`,
      cure: 'Write && or || between two comparisons, or in (a, b) for one of several values; quotes say that it is one text.',
    };
  }
}

/** What hardly belongs to a value. Whoever means it can say so with quotes. */
function oddity(text: string): { what: string; cure: string } | undefined {
  const [first = '', last = ''] = [text[0], text.at(-1)];
  if (last === ';') return { what: 'the ; included', cure: 'Remove the ;, or put the value in quotes if it belongs to it.' };
  if (QUOTES.includes(first) || QUOTES.includes(last))
    return { what: 'a quote included', cure: 'Put the value in plain quotes: "value" or \'value\'.' };
  if (/\s#(\s|$)/.test(text))
    return { what: 'the # and what follows it included', cure: 'Remove the comment, or put the value in quotes.' };
  if (first === '(' && last === ')')
    return { what: 'the parentheses included', cure: 'Write in (a, b) for one of several values; quotes say that it is one text.' };
  return undefined;
}

/** Texts that people write for a truth value, and that JSON does not. */
const TRUTH = /^(True|False|TRUE|FALSE)$/;
const ANY_TRUTH = /^(true|false)$/i;

function* faultsOfKind(clause: Clause, path: GatePath, gate: Gate): Generator<Fault> {
  const source = shownWord(clause.source);
  const last = path.segments.at(-1);
  const key = last && literalKey(last);
  const texts = clause.right.flatMap((operand) =>
    operand.kind === 'text' && !hasPlaceholder(operand.word) ? [shownWord(operand.word)] : [],
  );
  if (clause.op === 'exists' && key !== undefined && isJudged(key)) {
    yield {
      severity: 'warning',
      code: 'gate-holds-early',
      message: `'${source}' is true as soon as the field is there, whatever its value`,
      cure: /^(phase|state|status|health)$/i.test(key) ? `Compare it: ${source} == Ready.` : `Compare it: ${source} == true.`,
    };
  }
  const comparing = clause.op === '==' || clause.op === 'in';
  if (!comparing || texts.length === 0) return;
  // The `status` of a condition is such a text by the conventions of Kubernetes.
  if (gate.level === 1 && key !== 'status' && texts.some((text) => TRUTH.test(text))) {
    const text = texts.find((one) => TRUTH.test(one)) ?? '';
    yield {
      severity: 'warning',
      code: 'gate-compares-text',
      message: `'${source}' compares with the text '${text}', as Argo does; a boolean of the object reads '${text.toLowerCase()}'`,
      cure: `Write ${text.toLowerCase()}, unless the operator writes the text ${text}.`,
    };
  }
  if (last?.kind === 'filter' && !last.all && texts.every((text) => ANY_TRUTH.test(text))) {
    yield {
      severity: 'error',
      code: 'gate-never-holds',
      message: `'${source}' compares a whole element of the list with '${texts.join(', ')}'`,
      cure: `Name its field: ${shownWord(path.source)}.status == True.`,
    };
  } else if ((path.segments.length === 1 && key !== undefined && ROOTS.includes(key)) || key === 'conditions') {
    yield {
      severity: 'warning',
      code: 'gate-never-holds',
      message: `'${source}' compares ${key === 'conditions' ? 'a list' : 'a whole block'} with a text`,
      cure: key === 'conditions' ? 'Write `conditions.#(type=="Ready").status == True`.' : `Name a field of it, for example ${key}.phase.`,
    };
  }
}

/** Names of fields that have a truth value or one of several words: that they are there says nothing. */
function isJudged(key: string): boolean {
  return (
    /^(phase|state|status|health|ok|up|done|online|complete|success|valid)$/i.test(key) ||
    /^(is|has)[A-Z]/.test(key) ||
    /(ready|healthy|available|running|[a-z]{3}(ed|able)|active|bound|synced)$/i.test(key)
  );
}
