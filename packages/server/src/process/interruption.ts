/** How a program that runs others is told to end: by a signal, a closed terminal, or the end of the program that started it. */

/** Signals so close together are one wish: a terminal and a parent both pass it on. Milliseconds. */
const ONE_WISH_MS = 300;

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Interruption {
  /** Aborted, with an `Interrupted`, by the first wish to end. */
  signal: AbortSignal;
  /** Aborted by the second: no more patience. */
  atOnce: AbortSignal;
  /** What a shell expects as the exit code of a program that ended by the signal. */
  exitCode: () => number;
  /** Signals have their usual effect again, and one that came for a terminal which is gone has it now: call it last. */
  dispose: () => void;
}

/** Registers a listener for the end of the program that started this one, and answers what takes it away again. */
export type OnParentGone = (listener: () => void) => () => void;

/** Of an `AbortSignal` of an interruption. */
export class Interrupted extends Error {
  override readonly name = 'interrupted';
}

const NUMBERS: Record<EndingSignal, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Takes over SIGINT, SIGTERM and SIGHUP of this process.
 * @param onParentGone registers a listener for the end of the program that started this one; what it answers takes the listener away
 */
export function interruption(onParentGone: OnParentGone = () => () => {}): Interruption {
  const first = new AbortController();
  const second = new AbortController();
  let since = 0;
  let by: EndingSignal = 'SIGTERM';
  let terminalClosed = false;
  const onSignal = (name: EndingSignal) => {
    terminalClosed ||= name === 'SIGHUP' && [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
    if (!first.signal.aborted) {
      since = performance.now();
      by = name;
      first.abort(new Interrupted(`It was interrupted (${name}).`));
      // A closed terminal is told by the system and by a parent; it never means impatience.
    } else if (name !== 'SIGHUP' && performance.now() - since > ONE_WISH_MS) second.abort(new Interrupted('It was interrupted twice.'));
  };
  const listeners = (Object.keys(NUMBERS) as EndingSignal[]).map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  const forgetParent = onParentGone(() => first.abort(new Interrupted('The program that started it ended.')));
  return {
    signal: first.signal,
    atOnce: second.signal,
    exitCode: () => 128 + NUMBERS[by],
    dispose: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
      forgetParent();
      // Node fails on its way out when it cannot set a closed terminal back; the signal ends the process before that.
      if (terminalClosed) process.kill(process.pid, 'SIGHUP');
    },
  };
}

/** For a program that has a channel to the one that started it. A listener keeps the channel, and so the program, open. */
export function onParentGone(listener: () => void): () => void {
  if (process.send === undefined) return () => {};
  process.once('disconnect', listener);
  if (!process.connected) setImmediate(listener);
  return () => process.off('disconnect', listener);
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
