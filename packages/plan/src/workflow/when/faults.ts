/**
 * What can be told of a `when` before its placeholders have values: parts that have no answer whatever the values are, such as a
 * bare word with a hyphen, which is read as a subtraction of texts, and comparisons that no value fulfils.
 */
import { cut } from '../../cut.js';
import { PatternBudget } from '../../pattern/budget.js';
import { applied, typed, type When } from './when.js';
import { quoteCure } from './cure.js';
import { WhenFault, type WhenNode, type WhenValue } from './model.js';
import { hasPlaceholder, neutralise, shownWord } from '../word.js';

/** `offset` counts UTF-16 code units from the start of the text. */
export interface WhenFinding {
  code: 'when-evaluation' | 'when-never-holds';
  offset: number;
  message: string;
  cure: string;
}

/** What is known of a value: itself, or of which kind it is. `any` is a lone placeholder: a number, a truth value or a text. */
type Known = { kind: 'value'; value: WhenValue } | { kind: 'text' | 'any' | 'truth' | 'number' };

/** The first part without an answer; else every comparison that is the same for all values. */
export function whenFaults(when: When, patterns: PatternBudget = new PatternBudget()): WhenFinding[] {
  if (when.root === undefined) return [];
  const found: WhenFinding[] = [];
  const finding = (code: WhenFinding['code'], offset: number, message: string, cure: string): void => {
    const neutral = neutralise(when.text);
    const at = 'fault' in neutral ? 0 : (neutral.offsets[offset] ?? 0);
    found.push({
      code,
      offset: at,
      message: `Failed to evaluate 'when' expression '${cut(when.text)}': ${message}`,
      cure: cure || quoteCure(when.text, at),
    });
  };
  try {
    const answer = look(when.root, patterns, (offset, message, cure) => finding('when-never-holds', offset, message, cure));
    const wrong = answer.kind === 'text' || answer.kind === 'number' || (answer.kind === 'value' && typeof answer.value !== 'boolean');
    if (wrong) finding('when-evaluation', 0, 'it gives no boolean', 'Compare it, for example {{workflow.parameters.x}} == y.');
  } catch (error) {
    if (!(error instanceof WhenFault)) throw error;
    found.length = 0;
    finding('when-evaluation', error.offset, error.message, '');
  }
  return found;
}

type Tell = (offset: number, message: string, cure: string) => void;

function look(node: WhenNode, patterns: PatternBudget, tell: Tell): Known {
  switch (node.kind) {
    case 'number':
    case 'boolean':
      return { kind: 'value', value: node.value };
    case 'pattern':
      return { kind: 'value', value: { pattern: node.text } };
    case 'nothing':
      return { kind: 'value', value: undefined };
    case 'text':
    case 'word': {
      if (!hasPlaceholder(node.word)) return { kind: 'value', value: shownWord(node.word) };
      return { kind: node.kind === 'word' && node.word.length === 1 ? 'any' : 'text' };
    }
    case 'accessor':
      throw new WhenFault(`'${shownWord(node.word)}' is read as the field of an object, and there is none`, node.offset);
    case 'group':
      return look(node.inner, patterns, tell);
    case 'prefix':
      return prefix(node, look(node.operand, patterns, tell));
    case 'binary':
      return binary(node, patterns, tell);
  }
}

function prefix(node: Extract<WhenNode, { kind: 'prefix' }>, operand: Known): Known {
  const wanted = node.op === '!' ? 'boolean' : 'number';
  const kind = kindOf(operand);
  if (kind !== 'any' && kind !== wanted) throw misused(operand, `the prefix '${node.op}'`, wanted, offsetOf(node.operand));
  return { kind: node.op === '!' ? 'truth' : 'number' };
}

function binary(node: Extract<WhenNode, { kind: 'binary' }>, patterns: PatternBudget, tell: Tell): Known {
  const { op } = node;
  const [left, right] = [look(node.left, patterns, tell), look(node.right, patterns, tell)];
  switch (op) {
    case '&&':
    case '||':
      demand(left, node.left, `logical operator '${op}'`, 'boolean');
      demand(right, node.right, `logical operator '${op}'`, 'boolean');
      return { kind: 'truth' };
    case '?':
    case ':':
    case '??':
      if (op === '?') demand(left, node.left, "ternary operator '?'", 'boolean');
      return { kind: 'any' };
    default:
      break;
  }
  if (left.kind === 'value' && right.kind === 'value') {
    try {
      return { kind: 'value', value: applied(left.value, op, right.value, patterns) };
    } catch (error) {
      if (error instanceof WhenFault) throw new WhenFault(error.message, offsetOf(node.left));
      throw error;
    }
  }
  switch (op) {
    case ',':
      return listOf(left, right, patterns);
    case '==':
    case '!=':
      neverSame(node, left, right, tell);
      return { kind: 'truth' };
    case 'in':
      if (!isList(right)) throw misused(right, "the comparator 'in'", 'list', offsetOf(node.right));
      return { kind: 'truth' };
    case '=~':
    case '!~':
      if (!['any', 'string'].includes(kindOf(left))) throw misused(left, `the comparator '${op}'`, 'string', offsetOf(node.left));
      return { kind: 'truth' };
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (kindOf(left) !== 'any' && kindOf(right) !== 'any' && kindOf(left) !== kindOf(right))
        throw misused(kindOf(left) === 'number' ? right : left, `the comparator '${op}'`, 'number', offsetOf(node.left));
      return { kind: 'truth' };
    case '+':
      return { kind: kindOf(left) === 'string' || kindOf(right) === 'string' ? 'text' : 'any' };
    default:
      demand(left, node.left, `modifier '${op}'`, 'number');
      demand(right, node.right, `modifier '${op}'`, 'number');
      return { kind: 'number' };
  }
}

/** A list whose items are not all known is still a list. */
function listOf(left: Known, right: Known, patterns: PatternBudget): Known {
  const items = [left, right].map((one) => (one.kind === 'value' ? one.value : ''));
  return { kind: 'value', value: applied(items[0], ',', items[1], patterns) };
}

function isList(known: Known): boolean {
  return known.kind === 'value' && Array.isArray(known.value);
}

function demand(known: Known, node: WhenNode, use: string, wanted: 'number' | 'boolean'): void {
  const kind = kindOf(known);
  if (kind !== 'any' && kind !== wanted) throw misused(known, `the ${use}`, wanted, offsetOf(node));
}

function kindOf(known: Known): string {
  if (known.kind === 'value') return typeof known.value;
  return known.kind === 'text' ? 'string' : known.kind === 'truth' ? 'boolean' : known.kind;
}

function misused(known: Known, use: string, wanted: string, offset: number): WhenFault {
  const shown = known.kind === 'value' ? `'${String(known.value)}'` : 'the value';
  return new WhenFault(`${shown} cannot be used with ${use}, it is not a ${wanted}`, offset);
}

/** A number and a text are never the same, and a placeholder without quotes is a number where its value looks like one. */
function neverSame(node: Extract<WhenNode, { kind: 'binary' }>, left: Known, right: Known, tell: Tell): void {
  const answer = node.op === '==' ? 'never true' : 'always true';
  const [a, b] = [kindOf(left), kindOf(right)];
  if (a !== 'any' && b !== 'any') {
    if (a === b) return;
    tell(
      offsetOf(node),
      `a text is compared with a ${a === 'string' ? b : a}, which is ${answer}`,
      'Put both sides in quotes, or neither.',
    );
    return;
  }
  const [known, side] = left.kind === 'value' ? [left, node.left] : right.kind === 'value' ? [right, node.right] : [];
  if (known === undefined || side === undefined || typeof known.value !== 'string' || typed(known.value) === known.value) return;
  tell(
    offsetOf(side),
    `a value without quotes that reads ${known.value} is a ${typeof typed(known.value)}, and "${known.value}" is a text: this is ${answer}`,
    `Write ${known.value} without quotes, or put the placeholder in quotes too.`,
  );
}

/** Where the leftmost word of a part stands in the neutral text. */
function offsetOf(node: WhenNode): number {
  switch (node.kind) {
    case 'binary':
      return offsetOf(node.left);
    case 'group':
      return offsetOf(node.inner);
    case 'prefix':
      return offsetOf(node.operand);
    default:
      return node.offset;
  }
}
