/** What comes in bits, put together into pieces: few messages however fast it comes, and soon however slowly. */

export interface BatchLimits {
  /** Of one piece. */
  most: number;
  characters: number;
  /** How long a piece waits for more. Milliseconds. */
  forMs: number;
}

const TIME_IS_UP = Symbol('time is up');

/** Ends with `texts`, and lets go of them when its reader leaves; whoever waits for more of them must be ended by a signal of their own. */
export async function* batched(texts: AsyncIterable<string>, { most, characters, forMs }: BatchLimits): AsyncGenerator<string[]> {
  const iterator = texts[Symbol.asyncIterator]();
  let pending = iterator.next();
  for (;;) {
    const first = await pending;
    if (first.done === true) return;
    const batch = [first.value];
    let size = first.value.length;
    pending = iterator.next();
    // Awaited below, or by the next turn: it must not be called unhandled meanwhile.
    pending.catch(() => undefined);
    const timer = timeOut(forMs);
    let isOver = false;
    let failure: { error: unknown } | undefined;
    while (batch.length < most && size < characters && !isOver) {
      const next = await Promise.race([pending, timer.up]).catch((error: unknown) => ({ error }));
      if (next === TIME_IS_UP) break;
      if ('error' in next) {
        failure = next;
        isOver = true;
      } else if (next.done === true) isOver = true;
      else {
        batch.push(next.value);
        size += next.value.length;
        pending = iterator.next();
        pending.catch(() => undefined);
      }
    }
    timer.clear();
    yield batch;
    if (failure !== undefined) throw failure.error;
    if (isOver) return;
  }
}

function timeOut(ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const up = new Promise<typeof TIME_IS_UP>((resolve) => {
    timer = setTimeout(() => resolve(TIME_IS_UP), ms);
  });
  return { up, clear: () => clearTimeout(timer) };
}
