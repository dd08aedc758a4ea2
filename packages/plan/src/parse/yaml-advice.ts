/** Cures for the YAML parser's own errors, by its error code. */
const ADVICE: Record<string, string> = {
  BAD_ALIAS: 'Quote the value if it begins with a `*`; an alias is `*name`.',
  BAD_INDENT: 'Indent this line like its neighbours.',
  BAD_SCALAR_START: 'Quote the value: it begins with a character that YAML keeps for itself.',
  BLOCK_AS_IMPLICIT_KEY: 'Quote the value if its colon belongs to it; else write what follows on a line of its own, indented.',
  BLOCK_IN_FLOW: 'Inside `{…}` or `[…]` use the flow style only, or write the block on its own lines.',
  DUPLICATE_KEY: 'Keep one of the two.',
  MISSING_CHAR: 'Add the missing quote, bracket, colon or comma.',
  MULTILINE_IMPLICIT_KEY: 'Quote the value, or use a block scalar (`|`).',
  RESOURCE_EXHAUSTION: 'Flatten the structure.',
  TAB_AS_INDENT: 'Indent with spaces.',
  UNEXPECTED_TOKEN:
    'Look at the quotes of this line; quote the value if it begins with a special character such as `{`, `[`, `*`, `&`, `!`, `%`, `@` or a backquote.',
  TAG_RESOLVE_FAILED: 'Remove the tag (`!…`).',
};

/** One sentence of advice for an error code of the YAML library. */
export function adviceFor(code: string): string {
  return ADVICE[code] ?? 'Correct the YAML here.';
}
