import type { GateProblem } from './model.js';
import type { NeutralText } from '../word.js';

/** Where the reader of a wide gate stands. */
export interface Cursor {
  neutral: NeutralText;
  text: string;
  at: number;
}

/** Carries a problem out of the recursive reader; caught where the gate is parsed, never seen outside. */
export class GateFault extends Error {
  constructor(readonly problem: GateProblem) {
    super(problem.message);
  }
}

export function fail(problem: GateProblem): GateFault {
  return new GateFault(problem);
}

export function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}
