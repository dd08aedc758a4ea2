/**
 * The grammar of a plan as data: one description from which the reader checks a spec and docs/plan-spec.md is written.
 */
export type Shape =
  | StringShape
  | { type: 'boolean'; literal?: true }
  | { type: 'integer' | 'number'; literal?: true; min?: number; max?: number }
  | EnumShape
  | { type: 'list'; items: Shape }
  | MapShape
  | { type: 'dictionary'; values: Shape; keys: string }
  | { type: 'any' }
  /** The first shape whose YAML kind (scalar, list, map) fits. */
  | { type: 'either'; shapes: Shape[] };

export interface StringShape {
  type: 'string';
  /** Only quoted (or block) scalars: a plain number or boolean is refused with this cure. */
  quoted?: true;
  /** Argo's AnyString: numbers and booleans become text. */
  anyText?: true;
}

export interface EnumShape {
  type: 'enum';
  /** Compared ignoring case. */
  values: readonly string[];
  /** Other spellings (lower-case) → the value they mean. */
  aliases?: Readonly<Record<string, string>>;
  /** No expression is accepted here: the build itself needs the value. */
  literal?: true;
  /** Another value is reported by a check that knows more of the place. */
  checkedLater?: true;
}

export interface MapShape {
  type: 'map';
  /** What the map is called in messages: "a service", "a task". */
  title: string;
  fields: Record<string, Field>;
  /** Keys beginning with `x-` are ignored: stores of anchors. */
  extensions?: true;
  /** Keys that are not listed are the author's own: what they are called, and what their values are. */
  rest?: { keys: string; values: Shape; isStored?: true };
  /** Any content is accepted; the keys listed are those that are known. */
  open?: true;
  /** Part of the Argo workflow body: unknown keys are worded as Argo does. */
  argo?: true;
}

/** What happens with a key's value: done now, kept and shown only, accepted but without effect, or refused by name. */
export type Support = 'acted on' | 'stored' | 'ignored' | 'refused';

export interface Field {
  shape: Shape;
  description: string;
  required?: true;
  /** A required key may be missing where this one is given. */
  unless?: string;
  /** As documented text: the value that holds when the key is missing. */
  default?: string;
  support: Support;
  /** Other spellings of the key (besides letter case). */
  aliases?: readonly string[];
  /** Set for older keys that still work: what to use instead. */
  deprecated?: string;
  /** Refused or ignored keys: what to do instead. */
  cure?: string;
  /** Expressions in its texts are evaluated. In any other key that is acted on they would be read as they stand. */
  expressions?: true;
}

export type Fields = Record<string, Field>;
type FieldOptions = Omit<Field, 'shape' | 'description' | 'support'>;

export const text: StringShape = { type: 'string' };
export const anyText: StringShape = { type: 'string', anyText: true };
export const boolean: Shape = { type: 'boolean' };
export const flag: Shape = { type: 'boolean', literal: true };
export const integer: Shape = { type: 'integer' };
export const number: Shape = { type: 'number' };
export const anything: Shape = { type: 'any' };

/** A literal integer within bounds. */
export function count(min: number, max?: number): Shape {
  return max === undefined ? { type: 'integer', literal: true, min } : { type: 'integer', literal: true, min, max };
}

/** A list of `items`. */
export function listOf(items: Shape): Shape {
  return { type: 'list', items };
}

/** A map with the author's own keys; `keys` says what they are ("endpoint name"). */
export function dictionary(keys: string, values: Shape): Shape {
  return { type: 'dictionary', keys, values };
}

/** A map with the keys of the grammar. */
export function map(title: string, fields: Fields): MapShape {
  return { type: 'map', title, fields };
}

/** A map in which any content is accepted; `fields` are the keys that are known, for documentation and spelling. */
export function openMap(title: string, fields: Fields): MapShape {
  return { type: 'map', title, fields, open: true };
}

/** A map of the Argo workflow body. */
export function argoMap(title: string, fields: Fields): MapShape {
  return { type: 'map', title, fields, argo: true };
}

/** A key that the platform acts on. */
export function acted(shape: Shape, description: string, options: FieldOptions = {}): Field {
  return { shape, description, support: 'acted on', ...options };
}

/** A key whose value is kept with the plan version and shown, but changes nothing yet. */
export function stored(shape: Shape, description: string, options: FieldOptions = {}): Field {
  return { shape, description, support: 'stored', ...options };
}

/** A key that other engines know and this one refuses by name. */
export function refused(description: string, cure: string): Field {
  return { shape: anything, description, support: 'refused', cure };
}

/** A key that is accepted for compatibility and has no effect; using it gives a warning. */
export function ignored(description: string, cure: string): Field {
  return { shape: anything, description, support: 'ignored', cure };
}
