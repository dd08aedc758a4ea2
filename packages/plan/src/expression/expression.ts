import type { PathSegment as GatePathSegment } from '../workflow/gate/model.js';

/** The part of a gate's path that chooses elements of a list, or counts them. */
export type ListSegment = Extract<GatePathSegment, { kind: 'filter' | 'every' | 'count' }>;

/**
 * A parsed platform expression (docs/reference/plan-language.md#expressions). Plain JSON. `offset` counts UTF-16 code units from the start of the
 * expression's text.
 */
export type Expression = Literal | Reference | Call;

export interface Literal {
  type: 'literal';
  value: string | number | boolean | null;
  offset: number;
}

/**
 * `$sys.path`, `$var.key.path`, `$secret.NAME`, `$<resource>.out|var|sys.path`, `$tasks.<task>.resource.path`.
 * `name` is the resource or task; `scope` belongs to resources. `path` holds what follows; its first segment is the key of
 * `$var` and `$secret`.
 */
export interface Reference {
  type: 'reference';
  root: 'sys' | 'var' | 'secret' | 'resource' | 'tasks';
  name?: string;
  scope?: 'out' | 'var' | 'sys';
  path: PathSegment[];
  /** As written: what messages name. */
  text: string;
  offset: number;
}

/** `$func.name(arguments).path`. `ordinal` numbers the calls of one expression from 0: two randoms in it differ. */
export interface Call {
  type: 'call';
  name: string;
  arguments: Expression[];
  path: PathSegment[];
  ordinal: number;
  text: string;
  offset: number;
}

/**
 * `.key` or `["key"]`; `[0]`, or `[-1]` from the end; `[*]`, which joins what follows with commas; `list`: what gates write
 * to look into a list (`#(type=="Ready")`, `[?(@.type=="Ready")]`, `[type=Ready]`, `#`).
 */
export type PathSegment = { key: string } | { index: number } | { each: true } | { list: ListSegment };

/** Why an expression doesn't parse. */
export interface ExpressionProblem {
  code: 'unknown-root' | 'expression-syntax' | 'unknown-function' | 'function-arguments';
  /** UTF-16 code units from the start of the expression. */
  offset: number;
  message: string;
  cure: string;
}

/** All references of an expression, in order. */
export function references(expression: Expression): Reference[] {
  if (expression.type === 'reference') return [expression];
  return expression.type === 'call' ? expression.arguments.flatMap(references) : [];
}

/** References that an expression can do without: what `$func.default` tries first. */
export function optionalReferences(expression: Expression): ReadonlySet<Reference> {
  if (expression.type !== 'call') return new Set();
  const [tried, ...rest] = expression.arguments;
  const spared = expression.name === 'default' && tried !== undefined ? references(tried) : [];
  const deeper = expression.name === 'default' ? rest : expression.arguments;
  return new Set([...spared, ...deeper.flatMap((argument) => [...optionalReferences(argument)])]);
}
