/** Several sources as one, each in its order. Nothing is asked of a source before what it gave last was taken. */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[], signal: AbortSignal): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then((result) => ({ source, result }));
  const open = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (open.size > 0 && !signal.aborted) {
      const { source, result } = await Promise.race(open.values());
      open.delete(source);
      if (result.done === true) continue;
      yield result.value;
      open.set(source, next(source));
    }
  } finally {
    // Each of them ends with the signal; what it still says then is nobody's.
    for (const last of open.values()) last.catch(() => undefined);
    for (const source of sources) void source.return(undefined).catch(() => undefined);
  }
}
