import type { Word } from '../word.js';

/** `undefined` is govaluate's nil: a `?` without an answer, or empty brackets. */
export type WhenValue = boolean | number | string | WhenValue[] | WhenPattern | undefined;

/** A text right of `=~` or `!~`: no text to other operators, but for `+` beside one. */
export interface WhenPattern {
  pattern: string;
}

/** From the weakest to the strongest. All of a row are read from left to right, also `? :`, `,` and `**`. */
export const OPERATOR_ROWS = [
  [','],
  ['?', ':', '??'],
  ['||'],
  ['&&'],
  ['==', '!=', '>', '>=', '<', '<=', '=~', '!~', 'in'],
  ['^', '&', '|'],
  ['>>', '<<'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
] as const;

export type WhenOperator = (typeof OPERATOR_ROWS)[number][number];

/** `offset`: where a word begins in the neutral text. */
export type WhenNode =
  | { kind: 'number'; value: number; offset: number }
  | { kind: 'boolean'; value: boolean; offset: number }
  /** In quotes. */
  | { kind: 'text'; word: Word; offset: number }
  | { kind: 'pattern'; text: string; offset: number }
  /** A bare word or one in square brackets: a text, unless it is nothing but a placeholder, whose value decides. */
  | { kind: 'word'; word: Word; offset: number }
  /** A name with a dot: an error when it is looked at. */
  | { kind: 'accessor'; word: Word; offset: number }
  /** Empty brackets. */
  | { kind: 'nothing'; offset: number }
  /** In brackets: its inside is a value of its own, so that `(1, 2), 3` is a list with three items and `3, (1, 2)` one with two. */
  | { kind: 'group'; inner: WhenNode }
  | { kind: 'prefix'; op: '!' | '-' | '~'; operand: WhenNode }
  | { kind: 'binary'; op: WhenOperator; left: WhenNode; right: WhenNode };

/** Carries a problem out of the recursive parser and evaluator; never seen outside of them. */
export class WhenFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
    readonly cure?: string,
  ) {
    super(message);
  }
}
