/** How a command that runs other programs is told to end. */

/** Signals so close together are one wish: a terminal and a parent both pass it on. Milliseconds. */
const ONE_WISH_MS = 300;

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Interruption {
  /** Aborted by the first wish to end: a signal, a closed terminal, or the end of the program that started this one. */
  signal: AbortSignal;
  /** Aborted by the second: no more patience. */
  atOnce: AbortSignal;
  /** What a shell expects as the exit code of a program that ended by the signal. */
  exitCode(): number;
  /** Signals have their usual effect again, and one that came for a terminal which is gone has it now. */
  dispose(): void;
}

/** Of an `AbortSignal` of an interruption. */
export class Interrupted extends Error {
  override readonly name = 'interrupted';
}

const NUMBERS: Record<EndingSignal, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Takes over SIGINT, SIGTERM and SIGHUP of this process, and the end of its parent where that is linked to it. */
export function interruption(): Interruption {
  const first = new AbortController();
  const second = new AbortController();
  let since = 0;
  let by: EndingSignal = 'SIGTERM';
  const onSignal = (name: EndingSignal) => {
    if (!first.signal.aborted) {
      since = Date.now();
      by = name;
      first.abort(new Interrupted('It was interrupted.'));
      // A closed terminal is told by the system and by a parent; it never means impatience.
    } else if (name !== 'SIGHUP' && Date.now() - since > ONE_WISH_MS) second.abort(new Interrupted('It was interrupted twice.'));
  };
  const onGone = () => first.abort(new Interrupted('The program that started it ended.'));
  const listeners = (Object.keys(NUMBERS) as EndingSignal[]).map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  if (process.send !== undefined) {
    process.once('disconnect', onGone);
    if (!process.connected) setImmediate(onGone);
  }
  return {
    signal: first.signal,
    atOnce: second.signal,
    exitCode: () => 128 + NUMBERS[by],
    dispose: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
      process.off('disconnect', onGone);
      // Node fails on its way out when it cannot set a closed terminal back; the signal ends the process before that.
      if (first.signal.aborted && by === 'SIGHUP' && [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY))
        process.kill(process.pid, 'SIGHUP');
    },
  };
}

/** Rejects with the signal's reason as soon as it is aborted. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}
