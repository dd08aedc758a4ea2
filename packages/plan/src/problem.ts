/** Where a problem stands in the spec text. Both are 1-based; a column counts UTF-16 code units. */
export interface Position {
  line: number;
  column: number;
}

/**
 * One finding about a spec. Problems are data, collected and reported all at once, in the order of their position.
 * `code` is stable: tests and clients may rely on it.
 */
export interface Problem {
  severity: 'error' | 'warning';
  /** Stable kebab-case name, for example `unknown-key` or `undeclared-variable`. */
  code: string;
  /** Dotted path in the author's own spelling, for example `services[0].apiParameters[2].defaultValue`. Empty for the document. */
  path: string;
  position: Position;
  /** What is wrong, one sentence. */
  message: string;
  /** What to do about it, one sentence. Empty only if the message already says it. */
  cure: string;
}
