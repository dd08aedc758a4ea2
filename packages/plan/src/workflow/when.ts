/**
 * `when` of a task, with the answers of govaluate as Argo calls it (controller/steps.go shouldExecute): every bare word is
 * a text, comparing a number with a text is false, ordering or adding up what cannot be is an error, and so is an answer
 * that is no boolean. Placeholders are operands: a value is read as the author's bare word would be, but never as structure.
 */
import { failed, ok, type Result } from '../result.js';
import { bindWord, neutralise, type Resolve, wordText } from './word.js';
import { WhenFault, type WhenNode, type WhenValue } from './when-model.js';
import { parseWhenText } from './when-parser.js';

/** Why a `when` has no answer; the message is what Argo writes on the node. */
export interface WhenProblem {
  code: 'when-syntax' | 'when-evaluation';
  message: string;
  /** UTF-16 code units from the start of the text. */
  offset: number;
  cure: string;
}

export interface When {
  text: string;
  /** Absent for an empty text, which is true. */
  root?: WhenNode;
}

const CURE = 'Put texts that hold anything but letters, digits and _ in quotes.';

/** Parses a `when`. */
export function parseWhen(text: string): Result<When, WhenProblem> {
  if (text.trim() === '') return ok({ text });
  const neutral = neutralise(text);
  if ('fault' in neutral)
    return failed(syntax(text, neutral.fault === 'unclosed-placeholder' ? 'Cannot find end tag' : 'Private-use character', neutral.offset));
  try {
    return ok({ text, root: parseWhenText(neutral) });
  } catch (error) {
    if (!(error instanceof WhenFault)) throw error;
    return failed(syntax(text, error.message, neutral.offsets[error.offset] ?? text.length));
  }
}

function syntax(text: string, detail: string, offset: number): WhenProblem {
  return {
    code: 'when-syntax',
    message: `Invalid 'when' expression '${text}': ${detail} (hint: try wrapping the affected expression in quotes ("))`,
    offset,
    cure: CURE,
  };
}

/** Evaluates a parsed `when` with values in the place of placeholders; one without a value is an error. */
export function evaluateWhen(when: When, resolve: Resolve = () => undefined): Result<boolean, WhenProblem> {
  if (when.root === undefined) return ok(true);
  const fault = (message: string): Result<boolean, WhenProblem> => failed({ code: 'when-evaluation', message, offset: 0, cure: CURE });
  try {
    const value = evaluate(when.root, resolve);
    if (typeof value === 'boolean') return ok(value);
    return fault(`Expected boolean evaluation for '${when.text}'. Got ${shown(value)}`);
  } catch (error) {
    if (!(error instanceof WhenFault)) throw error;
    return fault(`Failed to evaluate 'when' expression '${when.text}': ${error.message}`);
  }
}

function evaluate(node: WhenNode, resolve: Resolve): WhenValue {
  switch (node.kind) {
    case 'number':
    case 'boolean':
      return node.value;
    case 'text':
      return textOf(node, resolve);
    case 'word': {
      const text = textOf(node, resolve);
      return node.word.length === 1 && typeof node.word[0] !== 'string' ? typed(text) : text;
    }
    case 'list':
      return node.items.map((item) => evaluate(item, resolve));
    case 'prefix':
      return prefix(node.op, evaluate(node.operand, resolve));
    case 'ternary': {
      const condition = evaluate(node.condition, resolve);
      if (typeof condition !== 'boolean')
        throw new WhenFault(`Value '${shown(condition)}' cannot be used with the ternary operator '?', it is not a bool`, 0);
      return evaluate(condition ? node.yes : node.no, resolve);
    }
    case 'binary':
      return binary(node, resolve);
  }
}

function textOf(node: Extract<WhenNode, { kind: 'text' | 'word' }>, resolve: Resolve): string {
  const bound = bindWord(node.word, resolve);
  const unbound = bound.find((part) => typeof part !== 'string' && part.bound === undefined);
  if (unbound !== undefined && typeof unbound !== 'string') throw new WhenFault(`failed to resolve {{${unbound.placeholder}}}`, 0);
  return wordText(bound);
}

/** A value without quotes around its placeholder is what the same text written by the author would be. */
function typed(text: string): WhenValue {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^-\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function prefix(op: '!' | '-', value: WhenValue): WhenValue {
  if (op === '!') {
    if (typeof value !== 'boolean') throw new WhenFault(`Value '${shown(value)}' cannot be used with the prefix '!', it is not a bool`, 0);
    return !value;
  }
  if (typeof value !== 'number') throw new WhenFault(`Value '${shown(value)}' cannot be used with the prefix '-', it is not a number`, 0);
  return -value;
}

function binary(node: Extract<WhenNode, { kind: 'binary' }>, resolve: Resolve): WhenValue {
  const { op } = node;
  const left = evaluate(node.left, resolve);
  if (op === '&&' || op === '||') {
    logical(left, op);
    if (left === (op === '||')) return left;
    const right = evaluate(node.right, resolve);
    logical(right, op);
    return right;
  }
  if (op === '??') return left === '' ? evaluate(node.right, resolve) : left;
  const right = evaluate(node.right, resolve);
  switch (op) {
    case '==':
      return same(left, right);
    case '!=':
      return !same(left, right);
    case 'in':
      return (Array.isArray(right) ? right : [right]).some((item) => same(left, item));
    case '=~':
    case '!~':
      return matches(left, right, op) === (op === '=~');
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(left, op, right);
    default:
      return arithmetic(left, op, right);
  }
}

function logical(value: WhenValue, op: string): asserts value is boolean {
  if (typeof value !== 'boolean')
    throw new WhenFault(`Value '${shown(value)}' cannot be used with the logical operator '${op}', it is not a bool`, 0);
}

function same(left: WhenValue, right: WhenValue): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index] as WhenValue));
  return left === right;
}

function matches(left: WhenValue, right: WhenValue, op: string): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') {
    throw new WhenFault(
      `Value '${shown(typeof left === 'string' ? right : left)}' cannot be used with the comparator '${op}', it is not a string`,
      0,
    );
  }
  try {
    return new RegExp(right).test(left);
  } catch {
    throw new WhenFault(`Unable to compile regexp pattern '${right}'`, 0);
  }
}

function ordered(left: WhenValue, op: string, right: WhenValue): boolean {
  const comparable = (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) {
    const wrong = typeof left === 'number' ? right : left;
    throw new WhenFault(`Value '${shown(wrong)}' cannot be used with the comparator '${op}', it is not a number`, 0);
  }
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}

function arithmetic(left: WhenValue, op: string, right: WhenValue): WhenValue {
  if (op === '+' && (typeof left === 'string' || typeof right === 'string')) return shown(left) + shown(right);
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new WhenFault(
      `Value '${shown(typeof left === 'number' ? right : left)}' cannot be used with the modifier '${op}', it is not a number`,
      0,
    );
  }
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '**':
      return left ** right;
    default:
      return left % right;
  }
}

function shown(value: WhenValue): string {
  return Array.isArray(value) ? `[${value.map(shown).join(' ')}]` : String(value);
}
