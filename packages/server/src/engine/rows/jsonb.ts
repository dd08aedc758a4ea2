/**
 * JSON for a `jsonb` parameter. PostgreSQL refuses two things that JSON may hold and that objects of foreign clusters do hold
 * now and then: NUL, and half a surrogate pair. They become U+FFFD.
 */
export function jsonb(value: unknown): string {
  const text = JSON.stringify(value);
  if (!SUSPICIOUS.test(text)) return text;
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replace(UNSTORABLE, '\uFFFD') : inner));
}

const SUSPICIOUS = /\\u(?:0000|[dD][89a-fA-F])/;
// oxlint-disable-next-line no-control-regex -- NUL is what is looked for
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
