/** Bounds of conditions (`when`, gates, `depends`): far more than anyone writes, and what reading them by recursion can bear. */

/** Brackets, and other forms that hold a condition, inside one another. */
export const MAX_CONDITION_DEPTH = 100;

/** Operators, operands and brackets of a `when` or a `depends`; comparisons of a gate and of filters in it. */
export const MAX_CONDITION_PARTS = 3_000;

export const TOO_DEEP = `more than ${MAX_CONDITION_DEPTH} brackets stand inside one another`;
export const TOO_MANY_PARTS = `it has more than ${MAX_CONDITION_PARTS} parts`;
export const SMALLER = 'Write a smaller condition, or decide in several tasks.';
