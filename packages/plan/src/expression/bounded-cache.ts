/**
 * Remembers the results of a pure function of a text, at most `limit` of them; the one unused for longest goes first.
 * Results are shared between callers, so they must not be changed. Nothing is stored if `compute` throws.
 */
export function remember<Value extends object>(limit: number, compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined) {
      known.delete(text);
      known.set(text, hit);
      return hit;
    }
    const value = compute(text);
    known.set(text, value);
    if (known.size > limit) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    return value;
  };
}
