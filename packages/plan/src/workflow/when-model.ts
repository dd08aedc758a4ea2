import type { Word } from './word.js';

export type WhenValue = boolean | number | string | WhenValue[];

export type WhenOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||'
  | 'in'
  | '=~'
  | '!~'
  | '??'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**';

export type WhenNode =
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  /** In quotes. */
  | { kind: 'text'; word: Word }
  /** A bare word: a text, unless it is nothing but a placeholder, whose value decides. */
  | { kind: 'word'; word: Word }
  | { kind: 'list'; items: WhenNode[] }
  | { kind: 'prefix'; op: '!' | '-'; operand: WhenNode }
  | { kind: 'ternary'; condition: WhenNode; yes: WhenNode; no: WhenNode }
  | { kind: 'binary'; op: WhenOperator; left: WhenNode; right: WhenNode };

/** Carries a problem out of the recursive parser and evaluator; never seen outside of them. */
export class WhenFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}
