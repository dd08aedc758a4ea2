/** The answer of a function that can fail in a foreseen way: errors are values, with a stable code. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; problem: E };

/** A success. */
export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** A foreseen failure. */
export function failed<E>(problem: E): { ok: false; problem: E } {
  return { ok: false, problem };
}
