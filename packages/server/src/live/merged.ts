/**
 * Several sources as one, each in its order. Nothing is asked of a source before what it gave last was taken. Each step of a source is waited
 * for once, not in a race that begins anew with each message: a quiet source would keep all of them in memory.
 */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[], signal: AbortSignal): AsyncGenerator<T> {
  const given: { source: AsyncGenerator<T>; result: IteratorResult<T> }[] = [];
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  const ask = (source: AsyncGenerator<T>) =>
    void source.next().then(
      (result) => {
        given.push({ source, result });
        wake();
      },
      (error: unknown) => {
        failure ??= { error };
        wake();
      },
    );
  let open = sources.length;
  try {
    for (const source of sources) ask(source);
    while (open > 0 && !signal.aborted) {
      if (failure !== undefined) throw failure.error;
      const next = given.shift();
      if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (next.result.done === true) open -= 1;
      else {
        yield next.result.value;
        ask(next.source);
      }
    }
  } finally {
    // Each of them ends with the signal; what it still says then is nobody's.
    for (const source of sources) void source.return(undefined).catch(() => undefined);
  }
}
