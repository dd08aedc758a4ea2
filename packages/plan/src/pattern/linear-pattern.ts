/**
 * RE2's language, matched by RE2's automata in the port that follows Go's regexp. The time of a match grows with the text, never
 * with the ways to fail, and every step of it is told to whom it is charged.
 */
import { RE2JS } from 're2js';
import { cut } from '../cut.js';
import { failed, ok, type Result } from '../result.js';
import { type PatternFault, UnusablePattern } from './pattern-fault.js';
import { type PatternDialect, readPattern } from './read-pattern.js';

/** Takes steps; may throw, which ends the match. */
type Spend = (steps: number) => void;

export interface LinearPattern {
  test(text: string, spend: Spend): boolean;
  testWhole(text: string, spend: Spend): boolean;
}

/** Compiled patterns that are kept. */
const KEPT = 64;

/** Bytes that the states of one pattern's automaton may take during a match, and between matches. */
const STATE_BYTES = 8 * 1024 * 1024;
const KEPT_BYTES = 1024 * 1024;

const kept = new Map<string, LinearPattern>();

/** The compiled pattern; `begin` is told the size of it before it is compiled, also where it is known from before. */
export function compiledPattern(
  source: string,
  dialect: PatternDialect,
  begin: (size: number) => void,
): Result<LinearPattern, PatternFault> {
  try {
    const { text, size } = readPattern(source, dialect);
    begin(size);
    const pattern = kept.get(text) ?? metered(RE2JS.compile(text));
    keep(text, pattern);
    return ok(pattern);
  } catch (error) {
    if (error instanceof UnusablePattern) return failed(error.fault);
    if (!(error instanceof Error) || !error.name.startsWith('RE2JS')) throw error;
    const words = error.message.replace(/^error parsing regexp: /, '');
    return failed({
      code: 'pattern-syntax',
      message: `is not a pattern (${cut(words, 120)})`,
      cure: 'Correct the pattern; special characters are escaped with a backslash, which is written twice in double quotes.',
    });
  }
}

function keep(text: string, pattern: LinearPattern): void {
  kept.delete(text);
  kept.set(text, pattern);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
}

/**
 * A compiled pattern whose work is counted where it is done: a step for each character; for each state of the automaton that is
 * made anew, what its threads take; and for the slower engines, which take over where the automaton would grow without end,
 * their worst case before they begin.
 */
function metered(pattern: RE2JS): LinearPattern {
  const automaton = pattern.re2().dfa;
  automaton.stateBudget = STATE_BYTES;
  automaton.memBudget = STATE_BYTES;
  let spend: Spend = () => undefined;
  const makeState = automaton.makeState.bind(automaton);
  automaton.makeState = (threads: number[], flag: number, ids: number[]): unknown => {
    const state = makeState(threads, flag, ids) as { nfaStates: number[] } | null;
    spend(16 * (threads.length + (state?.nfaStates.length ?? 0) + 1));
    return state;
  };
  const match = automaton.match.bind(automaton);
  automaton.match = (input: { endPos(): number }, position: number, anchor: number): boolean | null => {
    const answer = match(input, position, anchor) as boolean | null;
    if (answer === null) spend(pattern.programSize() * (input.endPos() - position + 1));
    return answer;
  };
  const work = (given: Spend, text: string, match: () => boolean): boolean => {
    given(text.length + 1);
    spend = given;
    try {
      return match();
    } finally {
      spend = () => undefined;
      if (automaton.memBudget < STATE_BYTES - KEPT_BYTES) automaton.clearCache();
    }
  };
  return {
    test: (text, given) => work(given, text, () => pattern.test(text)),
    testWhole: (text, given) => work(given, text, () => pattern.testExact(text)),
  };
}
