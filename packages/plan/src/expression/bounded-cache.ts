/** Characters of all texts whose results one cache keeps. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/**
 * Remembers the results of a pure function of a text, at most `limit` of them, and of so many characters; the one unused for
 * longest goes first. Results are shared between callers, so they must not be changed. Nothing is stored if `compute` throws.
 */
export function remember<Value extends object>(limit: number, compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  let characters = 0;
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined) {
      known.delete(text);
      known.set(text, hit);
      return hit;
    }
    const value = compute(text);
    known.set(text, value);
    characters += text.length;
    while (known.size > limit || characters > MAX_CHARACTERS) {
      const oldest = known.keys().next();
      if (oldest.done) break;
      known.delete(oldest.value);
      characters -= oldest.value.length;
    }
    return value;
  };
}
