/** Parser of `when` texts: govaluate's tokens and precedence, from `? : ??` (weakest) to prefixes. */
import { WhenFault, type WhenNode, type WhenOperator } from './when-model.js';
import { isToken, type NeutralText, wordOf } from './word.js';

interface Lexeme {
  kind: 'number' | 'text' | 'word' | 'symbol' | 'end';
  text: string;
  offset: number;
}

const SYMBOLS = [
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '!~',
  '&&',
  '||',
  '??',
  '**',
  '<',
  '>',
  '!',
  '(',
  ')',
  ',',
  '?',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
];
const COMPARATORS = ['==', '!=', '<', '<=', '>', '>=', '=~', '!~', 'in'];

/** The tree of a `when`, placeholders in its words. Throws a WhenFault. */
export function parseWhenText(neutral: NeutralText): WhenNode {
  const lexemes = lex(neutral.text);
  let at = 0;
  const next = (): Lexeme => lexemes[at] as Lexeme;
  const take = (...symbols: string[]): string | undefined => {
    const lexeme = next();
    if (lexeme.kind !== 'symbol' || !symbols.includes(lexeme.text)) return undefined;
    at += 1;
    return lexeme.text;
  };
  const need = (symbol: string): void => {
    if (take(symbol) === undefined) throw unexpected(next());
  };
  const leftToRight = (symbols: string[], operand: () => WhenNode): WhenNode => {
    let left = operand();
    for (let op = take(...symbols); op !== undefined; op = take(...symbols))
      left = { kind: 'binary', op: op as WhenOperator, left, right: operand() };
    return left;
  };
  const ternary = (): WhenNode => {
    const condition = leftToRight(['??'], or);
    if (take('?') === undefined) return condition;
    const yes = ternary();
    need(':');
    return { kind: 'ternary', condition, yes, no: ternary() };
  };
  const or = (): WhenNode => leftToRight(['||'], and);
  const and = (): WhenNode => leftToRight(['&&'], comparison);
  const comparison = (): WhenNode => leftToRight(COMPARATORS, additive);
  const additive = (): WhenNode => leftToRight(['+', '-'], multiplicative);
  const multiplicative = (): WhenNode => leftToRight(['*', '/', '%'], power);
  const power = (): WhenNode => leftToRight(['**'], prefix);
  const prefix = (): WhenNode => {
    const op = take('!', '-');
    return op === undefined ? value() : { kind: 'prefix', op: op as '!' | '-', operand: prefix() };
  };
  const value = (): WhenNode => {
    const lexeme = next();
    at += 1;
    switch (lexeme.kind) {
      case 'number':
        return { kind: 'number', value: Number(lexeme.text) };
      case 'text':
        return { kind: 'text', word: wordOf(neutral, lexeme.text) };
      case 'word':
        if (lexeme.text === 'true' || lexeme.text === 'false') return { kind: 'boolean', value: lexeme.text === 'true' };
        return { kind: 'word', word: wordOf(neutral, lexeme.text) };
      default:
        if (lexeme.kind === 'symbol' && lexeme.text === '(') return group();
        at -= 1;
        throw unexpected(lexeme);
    }
  };
  const group = (): WhenNode => {
    const items = [ternary()];
    while (take(',') !== undefined) items.push(ternary());
    need(')');
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'list', items };
  };
  const root = ternary();
  if (next().kind !== 'end') throw unexpected(next());
  return root;
}

function unexpected(lexeme: Lexeme): WhenFault {
  return new WhenFault(lexeme.kind === 'end' ? 'Unexpected end of expression' : `Cannot use '${lexeme.text}' here`, lexeme.offset);
}

function lex(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const character = rest[0] as string;
    const blank = /^\s+/.exec(rest)?.[0];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (character === '"' || character === "'") {
      const read = quoted(text, at);
      lexemes.push({ kind: 'text', text: read.value, offset: at });
      at = read.end;
      continue;
    }
    const number = /^(\d+(\.\d+)?|\.\d+)/.exec(rest)?.[0];
    const word = /^[\p{L}_\ue000-\uf8ff][\p{L}\p{N}_\ue000-\uf8ff]*/u.exec(rest)?.[0];
    const symbol = SYMBOLS.find((candidate) => rest.startsWith(candidate));
    const found = number ?? word ?? symbol;
    if (found === undefined) throw new WhenFault(`Invalid token: '${isToken(character) ? '{{…}}' : character}'`, at);
    const kind = number !== undefined ? 'number' : word === 'in' || word === 'IN' ? 'symbol' : word !== undefined ? 'word' : 'symbol';
    lexemes.push({ kind, text: found === 'IN' ? 'in' : found, offset: at });
    at += found.length;
  }
  lexemes.push({ kind: 'end', text: '', offset: text.length });
  return lexemes;
}

function quoted(text: string, open: number): { value: string; end: number } {
  let value = '';
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && at + 1 < text.length) {
      at += 1;
      value += text[at];
    } else if (text[at] === text[open]) {
      return { value, end: at + 1 };
    } else {
      value += text[at];
    }
  }
  throw new WhenFault('Unclosed string literal', open);
}
