/**
 * Level 1 of the gate grammar: exactly the label selectors of Kubernetes, as Argo reads its conditions with them
 * (apimachinery 0.33 pkg/labels: lexer, parser and value rules; docs/reference/argo.md#grammar-of-conditions). Keys are paths into the object.
 */
import { INT64, isWithin } from '../../number-ranges.js';
import { failed, ok, type Result } from '../../result.js';
import type { GateField, GateNode, GateOperand, GateOperator } from './model.js';
import { MAX_CONDITION_PARTS, TOO_MANY_PARTS } from '../condition-bounds.js';
import { isToken, type NeutralText, wordOf } from '../word.js';

interface Lexeme {
  kind: 'word' | 'symbol' | 'end';
  text: string;
  start: number;
  end: number;
}

interface ArgoProblem {
  message: string;
}

const SYMBOLS = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const SYMBOL_CHARACTERS = new Set('=!(),><');
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Parses by Argo's own grammar. The problem is Argo's message; the wider grammar is then tried, so it is rarely shown. */
export function parseArgoGate(neutral: NeutralText, field: GateField): Result<GateNode, ArgoProblem> {
  const lexemes = lex(neutral.text);
  if (Array.isArray(lexemes) && lexemes.length > 4 * MAX_CONDITION_PARTS) return failed({ message: TOO_MANY_PARTS });
  if (!Array.isArray(lexemes)) return failed(lexemes);
  const clauses: GateNode[] = [];
  let at = 0;
  const next = (): Lexeme => lexemes[at] as Lexeme;
  while (next().kind !== 'end') {
    const clause = requirement();
    if ('message' in clause) return failed(clause);
    clauses.push(clause);
    if (next().kind === 'end') break;
    if (next().text !== ',') return failed({ message: `found '${next().text}', expected: ',' or 'end of string'` });
    at += 1;
    if (next().kind !== 'word' && next().text !== '!') return failed({ message: `found '${next().text}', expected: identifier after ','` });
  }
  const [only] = clauses;
  if (clauses.length === 1 && only) return ok(only);
  return ok({ kind: field === 'success' ? 'and' : 'or', source: wordOf(neutral, neutral.text.trim()), children: clauses });

  function requirement(): GateNode | ArgoProblem {
    const { start } = next();
    const negated = next().kind === 'symbol' && next().text === '!';
    if (negated) at += 1;
    const key = next();
    if (key.kind !== 'word') return { message: `found '${key.text}', expected: identifier` };
    const keyFault = faultOfKey(key.text);
    if (keyFault !== undefined) return { message: keyFault };
    at += 1;
    const left: GateOperand = {
      kind: 'path',
      path: {
        source: wordOf(neutral, key.text),
        segments: key.text.split('.').map((segment) => ({ kind: 'key', word: wordOf(neutral, segment) })),
      },
    };
    const clause = (op: GateOperator, values: string[]): GateNode => ({
      kind: 'clause',
      source: wordOf(neutral, neutral.text.slice(start, (lexemes as Lexeme[])[at - 1]?.end)),
      left,
      op,
      right: values.map((value) => ({ kind: 'text', word: wordOf(neutral, value), quoted: false })),
    });
    if (negated) return clause('absent', []);
    if (next().kind === 'end' || next().text === ',') return clause('exists', []);
    const operator = next();
    at += 1;
    switch (operator.text) {
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<': {
        const value = exactValue();
        if (typeof value !== 'string') return value;
        const fault = faultOfValue(value) ?? (operator.text === '>' || operator.text === '<' ? faultOfInteger(value) : undefined);
        if (fault !== undefined) return { message: fault };
        return clause(operator.text === '=' ? '==' : operator.text, [value]);
      }
      case 'in':
      case 'notin': {
        const values = list();
        if (!Array.isArray(values)) return values;
        const fault = values.map(faultOfValue).find((found) => found !== undefined);
        if (fault !== undefined) return { message: fault };
        return clause(operator.text, values);
      }
      default:
        return { message: `found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt` };
    }
  }

  function exactValue(): string | ArgoProblem {
    if (next().kind === 'end' || next().text === ',') return '';
    const value = next();
    if (value.kind !== 'word') return { message: `found '${value.text}', expected: identifier` };
    at += 1;
    return value.text;
  }

  /** The values in brackets; `()` holds the empty text, as in Argo. */
  function list(): string[] | ArgoProblem {
    if (next().text !== '(') return { message: `found '${next().text}' expected: '('` };
    at += 1;
    const values = new Set<string>();
    if (next().text === ')' && next().kind === 'symbol') {
      at += 1;
      return [''];
    }
    for (;;) {
      const item = next();
      at += 1;
      if (item.kind === 'word') {
        values.add(item.text);
        if (next().text === ')') break;
        if (next().text !== ',') return { message: `found '${next().text}', expected: ',' or ')'` };
      } else if (item.text === ',') {
        if (values.size === 0) values.add('');
        if (next().text === ')') {
          values.add('');
          break;
        }
        if (next().text === ',') {
          at += 1;
          values.add('');
        }
      } else {
        return { message: `found '${item.text}', expected: ',', or identifier` };
      }
    }
    at += 1;
    return [...values];
  }
}

function lex(text: string): Lexeme[] | ArgoProblem {
  const lexemes: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (isBlank(character)) {
      at += 1;
    } else if (SYMBOL_CHARACTERS.has(character)) {
      let best = '';
      for (let end = at + 1; end <= at + 2 && end <= text.length; end += 1) {
        if (SYMBOLS.has(text.slice(at, end))) best = text.slice(at, end);
      }
      if (best === '') return { message: `error expected: keyword found '${character}'` };
      lexemes.push({ kind: 'symbol', text: best, start: at, end: at + best.length });
      at += best.length;
    } else {
      const start = at;
      while (at < text.length && !isBlank(text[at] as string) && !SYMBOL_CHARACTERS.has(text[at] as string)) at += 1;
      lexemes.push({ kind: 'word', text: text.slice(start, at), start, end: at });
    }
  }
  lexemes.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return lexemes;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

/** Placeholders count as one letter: the grammar is chosen before any value is known. */
function plain(text: string): string {
  return Array.from(text, (character) => (isToken(character) ? 'x' : character)).join('');
}

function faultOfKey(key: string): string | undefined {
  const parts = plain(key).split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return `key '${key}' must have at most one '/'`;
  const [prefix] = parts;
  if (parts.length === 2 && (prefix === undefined || prefix.length > 253 || !DNS_SUBDOMAIN.test(prefix)))
    return `prefix of key '${key}' must be a DNS subdomain`;
  if (name.length > 63 || !QUALIFIED_NAME.test(name))
    return `key '${key}' must be alphanumerics, '-', '_' or '.', 63 at most, alphanumeric at both ends`;
  return undefined;
}

function faultOfValue(value: string): string | undefined {
  const text = plain(value);
  return text.length <= 63 && LABEL_VALUE.test(text)
    ? undefined
    : `value '${value}' must be alphanumerics, '-', '_' or '.', 63 at most, alphanumeric at both ends`;
}

function faultOfInteger(value: string): string | undefined {
  if (Array.from(value).some(isToken)) return undefined;
  if (/^\d+$/.test(value) && isWithin(BigInt(value), INT64)) return undefined;
  return `for 'Gt', 'Lt' operators, the value must be an integer`;
}
