import type { CallOptions } from '../model.js';
import { networkFailure } from '../failure/network-failure.js';

/** Waits for work that others share, no longer than this caller may: its signal and time-out end the waiting, not the work. */
export function withinCall<T>(work: Promise<T>, options: CallOptions, what: string): Promise<T> {
  const { signal, timeoutMs } = options;
  if (signal === undefined && timeoutMs === undefined) return work;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      settle();
      reject(networkFailure('Aborted', `${what} was aborted`, false));
    };
    if (timeoutMs !== undefined) {
      timer = setTimeout(
        () => {
          settle();
          reject(networkFailure('Timeout', `${what}: no answer in time (${Math.round(timeoutMs)} ms)`, false));
        },
        Math.max(0, timeoutMs),
      );
    }
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}
