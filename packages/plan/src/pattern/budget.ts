/**
 * Patterns of authors and customers, and how much matching them one request or one run may cause. All values of a request share
 * one budget, and so do all conditions of a run: a list may be as long as its sender likes. What is compiled belongs to the
 * budget too, so that nothing is compiled twice for it.
 */
import type { Result } from '../result.js';
import { compiledPattern, type LinearPattern } from './linear-pattern.js';
import type { PatternFault } from './pattern-fault.js';
import type { PatternDialect } from './read-pattern.js';

/** Steps of one budget: some tenths of a second of the processor; thousands of values against ordinary patterns take a hundredth. */
export const PATTERN_STEPS = 40_000_000;

/** Steps that one instruction of a pattern takes to compile. */
const COMPILE_STEPS = 400;

/** `code` of a run or a request that is refused because of this. */
export const PATTERNS_TOO_SLOW = 'patterns-too-slow';

/** Thrown where a pattern that was read before cannot be used with the values that were put into it. */
export class PatternUnusable extends Error {
  override readonly name: string = 'PatternUnusable';
}

/** Thrown out of a match: the budget is used up. What was asked for must not be tried again, it would end the same. */
export class PatternBudgetSpent extends PatternUnusable {
  override readonly name = 'PatternBudgetSpent';
  constructor(readonly limit: number) {
    super(
      `matching patterns takes more than the ${limit} steps that one request or run may take for it; use shorter values or simpler patterns`,
    );
  }
}

/** A pattern that takes what it costs from the budget that it was asked of. */
export interface BudgetedPattern {
  /** True if the pattern matches somewhere in the text. @throws PatternBudgetSpent */
  test(text: string): boolean;
  /** True if the pattern matches the whole text. @throws PatternBudgetSpent */
  testWhole(text: string): boolean;
}

/** The share of a budget that compiling may take: what a plan's patterns come to at its build fits into every request. */
const COMPILE_SHARE = 0.5;

export class PatternBudget {
  private left: number;
  private compiling = 0;
  private readonly known = new Map<string, Result<BudgetedPattern, PatternFault>>();

  constructor(readonly limit = PATTERN_STEPS) {
    this.left = limit;
  }

  /** A pattern as JavaScript's writing has it, with RE2's where JavaScript has none (`(?i)`, `[[:alpha:]]`, `\A`). @throws PatternBudgetSpent */
  javascript(source: string): Result<BudgetedPattern, PatternFault> {
    return this.pattern(source, 'javascript');
  }

  /** A pattern as Go's regexp reads it. @throws PatternBudgetSpent */
  re2(source: string): Result<BudgetedPattern, PatternFault> {
    return this.pattern(source, 're2');
  }

  /** Steps that were used so far. */
  get spent(): number {
    return this.limit - this.left;
  }

  private pattern(source: string, dialect: PatternDialect): Result<BudgetedPattern, PatternFault> {
    const key = `${dialect} ${source}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const spend = (steps: number): void => this.spend(steps);
    const compiled = compiledPattern(source, dialect, (size) => this.compile(size * COMPILE_STEPS));
    const pattern: Result<BudgetedPattern, PatternFault> = compiled.ok ? { ok: true, value: budgeted(compiled.value, spend) } : compiled;
    this.known.set(key, pattern);
    return pattern;
  }

  private compile(steps: number): void {
    this.compiling += steps;
    this.spend(this.compiling > this.limit * COMPILE_SHARE ? Infinity : steps);
  }

  private spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new PatternBudgetSpent(this.limit);
  }
}

function budgeted(pattern: LinearPattern, spend: (steps: number) => void): BudgetedPattern {
  return {
    test: (text) => pattern.test(text, spend),
    testWhole: (text) => pattern.testWhole(text, spend),
  };
}
