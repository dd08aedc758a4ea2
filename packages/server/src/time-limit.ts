/**
 * A limit for work that the main thread does in one go and whose length others choose: a plan author's pattern such as
 * `(a+)+$` would otherwise hold up every request, lease and probe of this process for hours.
 */
import { createContext, Script } from 'node:vm';

/** The work was stopped half-way. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

const box = createContext({ work: undefined as (() => void) | undefined });
const script = new Script('work()');

/**
 * Runs `work`, which must be synchronous, pure, and must not call this again, for at most so many milliseconds of wall time.
 * @throws TimeLimitError when it was stopped; whatever `work` throws
 */
export function withTimeLimit<T>(milliseconds: number, work: () => T): T {
  let result: { value: T } | undefined;
  box.work = () => void (result = { value: work() });
  try {
    script.runInContext(box, { timeout: milliseconds });
  } catch (error) {
    // Of the other realm, so `instanceof Error` does not hold for it.
    if ((error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TimeLimitError(`stopped after ${milliseconds} ms`);
    throw error;
  } finally {
    box.work = undefined;
  }
  if (result === undefined) throw new Error('the work did not run');
  return result.value;
}
