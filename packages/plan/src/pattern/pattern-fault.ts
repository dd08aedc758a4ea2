/** Why a pattern cannot be used. The message continues a sentence that names the pattern's field. */
export interface PatternFault {
  code: 'pattern-syntax' | 'pattern-not-linear' | 'pattern-too-large';
  message: string;
  cure: string;
}

/** Characters of a pattern, at most. */
export const MAX_PATTERN_LENGTH = 10_000;

/** Instructions that a pattern may come to; `[a-z]{1,1000}` comes to 2,000. */
export const MAX_PATTERN_SIZE = 40_000;

/** Groups inside groups. */
export const MAX_PATTERN_DEPTH = 200;

/** Carries a fault out of the reader; never seen outside of this folder. */
export class UnusablePattern extends Error {
  constructor(readonly fault: PatternFault) {
    super(fault.message);
  }
}

export function notLinear(what: string): UnusablePattern {
  return new UnusablePattern({
    code: 'pattern-not-linear',
    message: `${what}, which no matcher can do in time that grows with the text alone`,
    cure: 'Write it without looking around (?=…), (?!…), (?<=…), (?<!…) and without back references \\1: list what is allowed, or use options or limits beside it.',
  });
}

export function tooLarge(what: string): UnusablePattern {
  return new UnusablePattern({
    code: 'pattern-too-large',
    message: what,
    cure: 'Write smaller counts, and bound the length of the value by limits.maxLength instead.',
  });
}
