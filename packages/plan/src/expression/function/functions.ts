/** What the build needs to know of a function; `parameters` is for messages. */
export interface FunctionSignature {
  /** Least and greatest number of arguments. */
  arity: readonly [number, number];
  parameters: string;
  /** True for those that the reference platform doesn't have (docs/reference/plan-language.md#functions). */
  extension: boolean;
}

const documented = (parameters: string, least: number, most = least): FunctionSignature => ({
  arity: [least, most],
  parameters,
  extension: false,
});
const ours = (parameters: string, least: number, most = least): FunctionSignature => ({
  arity: [least, most],
  parameters,
  extension: true,
});

/** Every `$func`, by name (docs/reference/plan-language.md#functions). What each does: `calls.ts`. */
export const FUNCTIONS: Readonly<Record<string, FunctionSignature>> = {
  base64encode: documented('text', 1),
  random: documented('string, length', 2),
  randomminmax: documented('min, max, seed', 2, 3),
  uuidv4: documented('', 0),
  base64decode: ours('text', 1),
  lower: ours('text', 1),
  upper: ours('text', 1),
  trim: ours('text', 1),
  replace: ours('text, old, new', 3),
  join: ours('list, separator', 1, 2),
  split: ours('text, separator', 2),
  default: ours('value, fallback', 2),
  toJson: ours('value', 1),
  fromJson: ours('text', 1),
  sha256: ours('text', 1),
  substr: ours('text, start, length', 2, 3),
  add: ours('a, b, …', 2, 16),
  sub: ours('a, b', 2),
  int: ours('value', 1),
};
