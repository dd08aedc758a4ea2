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

/** How long, in all, work is begun anew that others kept from the processor. Milliseconds. */
const GRACE_MS = 1_000;

/**
 * Runs `work`, which must be synchronous, pure, and must not call this again, for at most so many milliseconds. On a busy machine
 * the limit may pass before it has had a moment of the processor: then it is begun anew. `used` answers the processor time of
 * this process in milliseconds.
 * @throws TimeLimitError when it was stopped; whatever `work` throws
 */
export function withTimeLimit<T>(milliseconds: number, work: () => T, used: () => number = processorTime): T {
  const end = performance.now() + milliseconds + GRACE_MS;
  for (;;) {
    const before = used();
    try {
      return runFor(milliseconds, work);
    } catch (error) {
      const wasIdle = used() - before < milliseconds / 2;
      if (!(error instanceof TimeLimitError) || !wasIdle || performance.now() + milliseconds > end) throw error;
    }
  }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function runFor<T>(milliseconds: number, work: () => T): T {
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
