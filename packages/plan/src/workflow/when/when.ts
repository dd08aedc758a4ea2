/**
 * `when` of a task, with the answers of govaluate as Argo calls it (controller/steps.go shouldExecute): every bare word is
 * a text, comparing a number with a text is false, ordering or adding up what cannot be is an error, and so is an answer
 * that is no boolean. Placeholders are operands: a value is read as the author's bare word would be, but never as structure.
 */
import { INT64 } from '../../number-ranges.js';
import { cut } from '../../cut.js';
import { MAX_TEXT } from '../../expression/work.js';
import { PatternBudget } from '../../pattern/budget.js';
import { failed, ok, type Result } from '../../result.js';
import { syntaxCure } from './cure.js';
import { badPattern } from './lexer.js';
import { WhenFault, type WhenNode, type WhenOperator, type WhenPattern, type WhenValue } from './model.js';
import { parseWhenText } from './parser.js';
import { bindWord, neutralise, type Resolve, type Word, wordText } from '../word.js';

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

/** Parses a `when`; its patterns are compiled. @throws PatternBudgetSpent */
export function parseWhen(text: string, patterns: PatternBudget = new PatternBudget()): Result<When, WhenProblem> {
  if (text === '') return ok({ text });
  const neutral = neutralise(text);
  if ('fault' in neutral)
    return failed(syntax(text, neutral.fault === 'unclosed-placeholder' ? 'Cannot find end tag' : 'Private-use character', neutral.offset));
  try {
    return ok({ text, root: parseWhenText(neutral, patterns) });
  } catch (error) {
    if (!(error instanceof WhenFault)) throw error;
    const problem = syntax(text, error.message, neutral.offsets[error.offset] ?? text.length);
    return failed(error.cure === undefined ? problem : { ...problem, cure: error.cure });
  }
}

function syntax(text: string, detail: string, offset: number): WhenProblem {
  return {
    code: 'when-syntax',
    message: `Invalid 'when' expression '${cut(text)}': ${detail} (hint: try wrapping the affected expression in quotes ("))`,
    offset,
    cure: syntaxCure(text, detail, offset),
  };
}

/** Evaluates a parsed `when` with values in the place of placeholders; one without a value is an error. @throws PatternBudgetSpent */
export function evaluateWhen(
  when: When,
  resolve: Resolve = () => undefined,
  patterns: PatternBudget = new PatternBudget(),
): Result<boolean, WhenProblem> {
  if (when.root === undefined) return ok(true);
  const fault = (message: string, cure = CURE): Result<boolean, WhenProblem> =>
    failed({ code: 'when-evaluation', message, offset: 0, cure });
  try {
    const value = evaluate(when.root, { resolve, patterns });
    if (typeof value === 'boolean') return ok(value);
    return fault(`Expected boolean evaluation for '${cut(when.text)}'. Got ${shown(value)}`);
  } catch (error) {
    if (!(error instanceof WhenFault)) throw error;
    return fault(`Failed to evaluate 'when' expression '${cut(when.text)}': ${error.message}`, error.cure);
  }
}

/** Values of placeholders, and what patterns are charged to. */
interface Scope {
  resolve: Resolve;
  patterns: PatternBudget;
}

function evaluate(node: WhenNode, scope: Scope): WhenValue {
  switch (node.kind) {
    case 'number':
    case 'boolean':
      return node.value;
    case 'pattern':
      return { pattern: node.text };
    case 'text':
      return textOf(node.word, scope.resolve);
    case 'word': {
      const text = textOf(node.word, scope.resolve);
      return node.word.length === 1 && typeof node.word[0] !== 'string' ? typed(text) : text;
    }
    case 'accessor':
      throw new WhenFault(`No parameter '${textOf(node.word, scope.resolve).split('.')[0] ?? ''}' found.`, 0);
    case 'nothing':
      return undefined;
    case 'group':
      return evaluate(node.inner, scope);
    case 'prefix':
      return prefix(node.op, evaluate(node.operand, scope));
    case 'binary':
      return binary(node, scope);
  }
}

function textOf(word: Word, resolve: Resolve): string {
  const bound = bindWord(word, resolve);
  const unbound = bound.find((part) => typeof part !== 'string' && part.bound === undefined);
  if (unbound !== undefined && typeof unbound !== 'string') throw new WhenFault(`failed to resolve {{${unbound.placeholder}}}`, 0);
  if (bound.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : (part.bound?.text.length ?? 0)), 0) > MAX_TEXT)
    throw tooLong();
  return wordText(bound);
}

function tooLong(): WhenFault {
  return new WhenFault(`a text in it has more than ${MAX_TEXT} characters`, 0, 'Give shorter values.');
}

/** A value without quotes around its placeholder is what the same text written by the author would be. */
export function typed(text: string): WhenValue {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function prefix(op: '!' | '-' | '~', value: WhenValue): WhenValue {
  if (op === '!') {
    if (typeof value === 'boolean') return !value;
    throw new WhenFault(`Value '${shown(value)}' cannot be used with the prefix '!', it is not a bool`, 0);
  }
  if (typeof value !== 'number')
    throw new WhenFault(`Value '${shown(value)}' cannot be used with the prefix '${op}', it is not a number`, 0);
  return op === '-' ? -value : Number(~int64(value));
}

function binary(node: Extract<WhenNode, { kind: 'binary' }>, scope: Scope): WhenValue {
  const { op } = node;
  const left = evaluate(node.left, scope);
  switch (op) {
    case '&&':
    case '||': {
      if (left === (op === '||')) return left;
      const right = evaluate(node.right, scope);
      if (typeof left === 'boolean' && typeof right === 'boolean') return right;
      throw misused(typeof left === 'boolean' ? right : left, `logical operator '${op}'`, 'bool');
    }
    case '?': {
      const right = left === false ? undefined : evaluate(node.right, scope);
      if (typeof left !== 'boolean') throw misused(left, "ternary operator '?'", 'bool');
      return right;
    }
    case ':':
    case '??':
      return left === undefined ? evaluate(node.right, scope) : left;
    default:
      return applied(left, op, evaluate(node.right, scope), scope.patterns);
  }
}

/** The answer of an operator between two values. Throws a WhenFault where there is none. */
export function applied(
  left: WhenValue,
  op: Exclude<WhenOperator, '&&' | '||' | '?' | ':' | '??'>,
  right: WhenValue,
  patterns: PatternBudget,
): WhenValue {
  switch (op) {
    case ',':
      return [...(Array.isArray(left) ? left : [left]), right];
    case '==':
      return same(left, right);
    case '!=':
      return !same(left, right);
    case 'in':
      if (!Array.isArray(right)) throw misused(right, "comparator 'in'", 'list');
      if (Array.isArray(left) && right.some(Array.isArray)) throw misused(left, "comparator 'in'", 'single value');
      return right.includes(left);
    case '=~':
    case '!~':
      return matches(left, right, op, patterns) === (op === '=~');
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(left, op, right);
    default:
      return arithmetic(left, op, right);
  }
}

function misused(value: WhenValue, use: string, wanted: string): WhenFault {
  return new WhenFault(`Value '${shown(value)}' cannot be used with the ${use}, it is not a ${wanted}`, 0);
}

function same(left: WhenValue, right: WhenValue): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  return left === right;
}

function matches(left: WhenValue, right: WhenValue, op: string, patterns: PatternBudget): boolean {
  if (typeof left !== 'string') throw misused(left, `comparator '${op}'`, 'string');
  const source = typeof right === 'string' ? right : isPattern(right) ? right.pattern : undefined;
  if (source === undefined) throw misused(right, `comparator '${op}'`, 'string');
  const pattern = patterns.re2(source);
  if (!pattern.ok) throw badPattern(source, pattern.problem, 0);
  return pattern.value.test(left);
}

function isPattern(value: WhenValue): value is WhenPattern {
  return typeof value === 'object' && !Array.isArray(value);
}

function ordered(left: WhenValue, op: string, right: WhenValue): boolean {
  let order: number;
  if (typeof left === 'number' && typeof right === 'number') order = left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  else if (typeof left === 'string' && typeof right === 'string') order = byCodePoint(left, right);
  else throw misused(typeof left === 'number' ? right : left, `comparator '${op}'`, 'number');
  if (op === '<') return order < 0;
  if (op === '<=') return order <= 0;
  return op === '>' ? order > 0 : order >= 0;
}

/** The order of Go's texts, which are UTF-8. */
function byCodePoint(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (const [index, character] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function arithmetic(left: WhenValue, op: string, right: WhenValue): WhenValue {
  if (op === '+' && (typeof left === 'string' || typeof right === 'string')) {
    const [first, second] = [shown(left), shown(right)];
    if (first.length + second.length > MAX_TEXT) throw tooLong();
    return first + second;
  }
  if (typeof left !== 'number' || typeof right !== 'number')
    throw misused(typeof left === 'number' ? right : left, `modifier '${op}'`, 'number');
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
    case '%':
      return left % right;
    case '&':
      return Number(int64(left) & int64(right));
    case '|':
      return Number(int64(left) | int64(right));
    case '^':
      return Number(int64(left) ^ int64(right));
    default:
      return shifted(left, op, right);
  }
}

function shifted(left: number, op: string, right: number): number {
  const by = uint64(right);
  if (by > 63n) return 0;
  const bits = uint64(left);
  return Number(op === '<<' ? BigInt.asUintN(64, bits << by) : bits >> by);
}

function uint64(value: number): bigint {
  return value >= 0 && value < 2 ** 64 ? BigInt(Math.trunc(value)) : BigInt.asUintN(64, int64(value));
}

function int64(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) return INT64[0];
  return BigInt(Math.trunc(value));
}

/** A value as Go prints it: numbers from 1e+06 on and below 1e-04 in exponent form, two digits of exponent at least. */
function shown(value: WhenValue): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
  if (isPattern(value)) return value.pattern;
  if (typeof value !== 'number') return value === undefined ? '<nil>' : String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
