/**
 * A step of the start that may wait for somebody else (a database, a cluster): rejects at once when the start is called
 * off. `undo` ends what the step yields if it succeeds after that.
 */
export async function startStep<T>(signal: AbortSignal | undefined, work: Promise<T>, undo?: (value: T) => Promise<unknown>): Promise<T> {
  if (signal === undefined) return work;
  let onAbort: (() => void) | undefined;
  const calledOff = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, calledOff]);
  } catch (error) {
    // Nobody hears of an end that comes later; what it yields must not stay.
    work.then(undo, () => undefined).catch(() => undefined);
    throw error;
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
