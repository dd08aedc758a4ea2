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
  /** Of `needs-cell-fact`: the reference that only some cells can fill, as `$sys.deploymentCell.cidrRange`. */
  systemPath?: string;
  /** Of `chart-source-not-public`: the address of the repository. An error, unless the installation allows the source. */
  chartAddress?: string;
  /** The text stands in an anchored block: further places that use it. `position` is that of the text then. */
  places?: SpecPlace[];
}

/** A place in a spec: the path in the author's spelling, and where it stands in the text. */
export interface SpecPlace {
  path: string;
  position: Position;
}

/**
 * Something about a spec that is no fault, and that its author should know: a key that this program keeps and does nothing with.
 * Each key is noted once, with all its places.
 */
export interface Note {
  severity: 'note';
  code: 'stored-key';
  /** The key as docs/plan-spec.md writes it: `services[].capabilities.enableMultiZone`. */
  key: string;
  /** The outermost key around it that is only stored; itself, if that is this one. */
  within: string;
  /** Its first place. */
  path: string;
  position: Position;
  message: string;
  cure: string;
  places: SpecPlace[];
}
