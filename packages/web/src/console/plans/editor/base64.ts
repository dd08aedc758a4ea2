/** A text as base64 of its UTF-8. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const parts: string[] = [];
  // Many arguments at once would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8_192) parts.push(String.fromCodePoint(...bytes.subarray(at, at + 8_192)));
  return btoa(parts.join(''));
}
