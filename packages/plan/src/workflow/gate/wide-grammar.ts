/**
 * Level 2 of the gate grammar, for texts that Argo cannot read (docs/reference/argo.md#the-wider-grammar): `||` binds weakest, then `&&`,
 * then `!`; bare right sides run to the next `&&`, `||`, `)`, comma or the end. Commas keep Argo's meaning for the field as
 * long as they are the only connective; together with `&&` or `||` they are refused, since AND or OR would be in doubt.
 */
import type { PatternBudget } from '../../pattern/budget.js';
import { failed, ok, type Result } from '../../result.js';
import type { GateField, GateNode, GateOperand, GateOperator, GateProblem } from './model.js';
import { PathReader } from './path-reader.js';
import { type Cursor, fail, GateFault, skipBlanks } from './cursor.js';
import { MAX_CONDITION_DEPTH, MAX_CONDITION_PARTS, SMALLER, TOO_DEEP, TOO_MANY_PARTS } from '../condition-bounds.js';
import { readOperand } from './operand.js';
import { checkPattern } from './pattern.js';
import { type NeutralText, wordOf } from '../word.js';

const OPERATORS = ['==', '!=', '>=', '<=', '=~', '=', '>', '<'] as const;

/** Parses by the wider grammar. The problem's offset is one of the neutral text. */
export function parseWideGate(neutral: NeutralText, field: GateField, patterns: PatternBudget): Result<GateNode, GateProblem> {
  const cursor: Cursor = { neutral, text: neutral.text, at: 0 };
  const state: Parser = { cursor, paths: new PathReader(cursor, patterns), field, patterns, depth: 0, parts: 0, logic: false };
  try {
    return ok(list(state));
  } catch (error) {
    if (error instanceof GateFault) return failed(error.problem);
    throw error;
  }
}

interface Parser {
  cursor: Cursor;
  field: GateField;
  paths: PathReader;
  patterns: PatternBudget;
  /** Brackets and negations that are open. */
  depth: number;
  /** Comparisons so far. */
  parts: number;
  /** True once `&&`, `||` or a group was read. */
  logic: boolean;
}

function list(parser: Parser): GateNode {
  const { cursor, field } = parser;
  const items = [or(parser)];
  let comma: number | undefined;
  for (skipBlanks(cursor); cursor.text[cursor.at] === ','; skipBlanks(cursor)) {
    comma ??= cursor.at;
    cursor.at += 1;
    items.push(or(parser));
  }
  if (cursor.at < cursor.text.length) throw unexpected(cursor);
  if (comma === undefined) return items[0] as GateNode;
  if (parser.logic) throw mixedComma(comma, field);
  return { kind: field === 'success' ? 'and' : 'or', source: wordOf(cursor.neutral, cursor.text.trim()), children: items };
}

function mixedComma(offset: number, field: GateField): GateFault {
  return fail({
    code: 'mixed-comma',
    offset,
    message: `A comma stands beside &&, || or parentheses; a comma means ${field === 'success' ? 'AND' : 'OR'} in a ${field} condition, which is easily misread`,
    cure: `Write ${field === 'success' ? '&&' : '||'} instead of the comma, everywhere.`,
  });
}

function or(parser: Parser): GateNode {
  return chain(parser, '||', 'or', and);
}

function and(parser: Parser): GateNode {
  return chain(parser, '&&', 'and', unary);
}

function chain(parser: Parser, symbol: string, kind: 'and' | 'or', operand: (parser: Parser) => GateNode): GateNode {
  const { cursor } = parser;
  skipBlanks(cursor);
  const start = cursor.at;
  const children = [operand(parser)];
  let end = cursor.at;
  for (skipBlanks(cursor); cursor.text.startsWith(symbol, cursor.at); skipBlanks(cursor)) {
    parser.logic = true;
    cursor.at += symbol.length;
    children.push(operand(parser));
    end = cursor.at;
  }
  const [only] = children;
  if (children.length === 1 && only) return only;
  return { kind, source: wordOf(cursor.neutral, cursor.text.slice(start, end).trim()), children };
}

function unary(parser: Parser): GateNode {
  const { cursor } = parser;
  parser.parts += 1;
  if (parser.parts > MAX_CONDITION_PARTS) throw tooLarge(0, TOO_MANY_PARTS);
  skipBlanks(cursor);
  const start = cursor.at;
  const source = (): ReturnType<typeof wordOf> => wordOf(cursor.neutral, cursor.text.slice(start, cursor.at).trim());
  if (cursor.text[cursor.at] === '(') {
    const group = grouped(parser);
    return group.kind === 'clause' ? group : { ...group, source: source() };
  }
  if (cursor.text[cursor.at] !== '!') return comparison(parser);
  cursor.at += 1;
  skipBlanks(cursor);
  if (cursor.text[cursor.at] === '(') {
    const child = grouped(parser);
    return { kind: 'not', source: source(), child };
  }
  if (cursor.text[cursor.at] === '!') {
    const child = deeper(parser, unary);
    return { kind: 'not', source: source(), child };
  }
  const path = parser.paths.read();
  const node: GateNode = { kind: 'clause', source: source(), left: { kind: 'path', path }, op: 'absent', right: [] };
  if (operatorAt(cursor) !== undefined) {
    throw fail({
      code: 'gate-syntax',
      offset: cursor.at,
      message: '!path means that the path is absent, it cannot be compared',
      cure: 'Write !(path == value), or path != value.',
    });
  }
  return node;
}

/** Reads what is inside of a bracket or behind a negation. */
function deeper(parser: Parser, read: (parser: Parser) => GateNode): GateNode {
  parser.depth += 1;
  if (parser.depth > MAX_CONDITION_DEPTH) throw tooLarge(parser.cursor.at, TOO_DEEP);
  const node = read(parser);
  parser.depth -= 1;
  return node;
}

function tooLarge(offset: number, message: string): GateFault {
  return fail({ code: 'gate-syntax', offset, message, cure: SMALLER });
}

function grouped(parser: Parser): GateNode {
  const { cursor } = parser;
  const open = cursor.at;
  parser.logic = true;
  cursor.at += 1;
  const inner = deeper(parser, or);
  skipBlanks(cursor);
  if (cursor.text[cursor.at] === ',') throw mixedComma(cursor.at, parser.field);
  if (cursor.text[cursor.at] !== ')') {
    if (cursor.at < cursor.text.length) throw unexpected(cursor);
    throw fail({ code: 'gate-syntax', offset: open, message: 'A parenthesis is opened and never closed', cure: 'Close it with ).' });
  }
  cursor.at += 1;
  return inner;
}

function comparison(parser: Parser): GateNode {
  const { cursor } = parser;
  const start = cursor.at;
  const left = leftSide(parser);
  const op = operatorAt(cursor);
  if (op === undefined) {
    skipBlanks(cursor);
    const source = wordOf(cursor.neutral, cursor.text.slice(start, cursor.at).trim());
    if (left.kind !== 'path')
      throw fail({
        code: 'gate-syntax',
        offset: start,
        message: 'A value alone is no condition',
        cure: 'Compare it with a path of the object.',
      });
    return { kind: 'clause', source, left, op: 'exists', right: [] };
  }
  cursor.at += op.length;
  const right =
    op.op === 'in' || op.op === 'notin'
      ? values(cursor, parser.paths)
      : [readOperand(cursor, parser.paths, op.op === '=~' ? 'pattern' : 'value')];
  const source = wordOf(cursor.neutral, cursor.text.slice(start, cursor.at).trim());
  if (op.op === '=~') checkPattern(right[0], start, parser.patterns);
  return { kind: 'clause', source, left, op: op.op, right };
}

function leftSide(parser: Parser): GateOperand {
  const { cursor } = parser;
  const character = cursor.text[cursor.at];
  if (character === '"' || character === "'" || /^[-+]?\d+(\.\d+)?\s*(==|!=|[<>]=?)/.test(cursor.text.slice(cursor.at, cursor.at + 400))) {
    return readOperand(cursor, parser.paths, 'left');
  }
  return { kind: 'path', path: parser.paths.read() };
}

/** The operator at the cursor, blanks skipped; its length is that of its text. */
function operatorAt(cursor: Cursor): { op: GateOperator; length: number } | undefined {
  skipBlanks(cursor);
  for (const symbol of OPERATORS) {
    if (cursor.text.startsWith(symbol, cursor.at)) return { op: symbol === '=' ? '==' : symbol, length: symbol.length };
  }
  const word = /^(not\s+in|notin|in)(?=[\s(])/.exec(cursor.text.slice(cursor.at, cursor.at + 100))?.[0];
  if (word === undefined) return undefined;
  return { op: word === 'in' ? 'in' : 'notin', length: word.length };
}

function values(cursor: Cursor, paths: PathReader): GateOperand[] {
  skipBlanks(cursor);
  const open = cursor.at;
  if (cursor.text[open] !== '(')
    throw fail({ code: 'gate-syntax', offset: open, message: 'in and notin take a list in parentheses', cure: 'Write in (a, b).' });
  const operands: GateOperand[] = [];
  do {
    cursor.at += 1;
    operands.push(readOperand(cursor, paths, 'value'));
    skipBlanks(cursor);
  } while (cursor.text[cursor.at] === ',');
  if (cursor.text[cursor.at] !== ')')
    throw fail({
      code: 'gate-syntax',
      offset: open,
      message: 'The list of values is not closed',
      cure: 'Close it with ), and put a comma between values.',
    });
  cursor.at += 1;
  return operands;
}

function unexpected(cursor: Cursor): GateFault {
  const rest = cursor.text.slice(cursor.at);
  const found = /^\S+/.exec(rest)?.[0] ?? rest;
  const word = /^(and|or|not)$/i.test(found);
  return fail({
    code: 'gate-syntax',
    offset: cursor.at,
    message: `'${wordOf(cursor.neutral, found)
      .map((part) => (typeof part === 'string' ? part : `{{${part.placeholder}}}`))
      .join('')}' was not expected here`,
    cure: word
      ? `Write ${found.toLowerCase() === 'and' ? '&&' : found.toLowerCase() === 'or' ? '||' : '!'} instead.`
      : 'Expected is an operator, &&, || or the end; put a text with special characters in quotes.',
  });
}
