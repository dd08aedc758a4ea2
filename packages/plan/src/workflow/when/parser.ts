/** Parser of `when` texts: the rows of operators over the tokens. Tokens after a whole expression are passed over, as govaluate does. */
import type { PatternBudget } from '../../pattern/budget.js';
import { type Lexeme, lexWhen } from './lexer.js';
import { OPERATOR_ROWS, WhenFault, type WhenNode, type WhenOperator } from './model.js';
import { type NeutralText, wordOf } from '../word.js';

const OPERATORS: ReadonlySet<string> = new Set(['separator', 'ternary', 'logical', 'comparator', 'modifier']);

/** The tree of a `when`, placeholders in its words. Throws a WhenFault. */
export function parseWhenText(neutral: NeutralText, patterns: PatternBudget): WhenNode {
  const lexemes = lexWhen(neutral.text, patterns);
  let at = 0;
  const operator = (row: readonly string[]): WhenOperator | undefined => {
    const lexeme = lexemes[at];
    if (lexeme === undefined || !OPERATORS.has(lexeme.kind) || !row.includes(lexeme.text)) return undefined;
    at += 1;
    return lexeme.text as WhenOperator;
  };
  const level = (index: number): WhenNode => {
    const row = OPERATOR_ROWS[index];
    if (row === undefined) return value();
    let left = level(index + 1);
    for (let op = operator(row); op !== undefined; op = operator(row)) left = { kind: 'binary', op, left, right: level(index + 1) };
    return left;
  };
  const value = (): WhenNode => {
    const lexeme = lexemes[at];
    if (lexeme === undefined || lexeme.kind === 'close') return { kind: 'nothing', offset: lexeme?.offset ?? neutral.text.length };
    at += 1;
    const { offset } = lexeme;
    switch (lexeme.kind) {
      case 'number':
      case 'time':
        return { kind: 'number', value: lexeme.number ?? 0, offset };
      case 'boolean':
        return { kind: 'boolean', value: lexeme.text === 'true', offset };
      case 'pattern':
        return { kind: 'pattern', text: lexeme.text, offset };
      case 'text':
        return { kind: 'text', word: wordOf(neutral, lexeme.text), offset };
      case 'word':
        return { kind: 'word', word: wordOf(neutral, lexeme.text), offset };
      case 'accessor': {
        if (lexemes[at]?.kind === 'open') value();
        return { kind: 'accessor', word: wordOf(neutral, lexeme.text), offset };
      }
      case 'prefix':
        return { kind: 'prefix', op: lexeme.text as '!' | '-' | '~', operand: value() };
      case 'open': {
        const inner = level(0);
        at += 1;
        return { kind: 'group', inner };
      }
      default:
        throw unplanned(lexeme);
    }
  };
  return level(0);
}

function unplanned(lexeme: Lexeme): WhenFault {
  return new WhenFault(`Cannot use '${lexeme.text}' here`, lexeme.offset);
}
