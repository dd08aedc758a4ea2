import type { Json, JsonObject } from '../json.js';
import type { ParameterType } from '../model.js';
import { failed, type Result } from '../result.js';
import type { Expression } from './expression.js';
import type { ExpressionValues, ResolvedValue } from './fragment.js';
import { ExpressionWork } from './work.js';

/** Another resource of the instance, as `$<resource>.out|var|sys` sees it. */
export interface ResourceContext {
  /** Outputs. Tainted: they were read from objects that the tenant may write. */
  out: JsonObject;
  /** Names of outputs that are secret. */
  secretOut?: readonly string[];
  var: JsonObject;
  sys: JsonObject;
  /** Declared types of `var`, for secrets and Json. */
  types?: Record<string, ParameterType>;
}

/** What expressions are evaluated against: one instance, one resource, one moment. */
export interface ExpressionContext {
  sys: JsonObject;
  /** Paths of `$sys` with secret values (metadata of a snapshot that came from a Secret), keys from the root. */
  secretSys?: readonly (readonly string[])[];
  /** By key. A parameter that is left out is unresolved; one without a value but known is given as null. */
  parameters: Record<string, { value: Json; type: ParameterType }>;
  /** Undefined = there is no such secret. */
  secrets: (name: string) => string | undefined;
  /** By resource key; looked up exactly, then ignoring case and separators. */
  resources: Record<string, ResourceContext>;
  /** Objects of finished tasks, only where outputs are evaluated; null = the task has no object. */
  tasks?: Record<string, JsonObject | null>;
  /** Secret text of the instance that `$func.random` and `$func.uuidv4` derive from. */
  seed: string;
  /** `place#n` of the expression. */
  place: string;
  /** What was evaluated before: parts of expressions, by the place of the expression and their offset in it (`partPlace`). */
  known?: ExpressionValues;
  /** What all expressions of a request or a run are charged to; absent: each evaluation has its own. */
  work?: ExpressionWork;
}

/** The place of a part of an expression. */
export function partPlace(place: string, part: Pick<Expression, 'offset'>): string {
  return `${place}@${part.offset}`;
}

/** Why an expression has no value. Never quotes a value. */
export interface EvaluationProblem {
  code: 'unresolved' | 'function-failed' | 'invalid-expression' | 'missing-task';
  /** The reference or call at fault, as written: `$var.storageSize`. */
  expression: string;
  message: string;
  cure: string;
}

export type Evaluation = Result<ResolvedValue, EvaluationProblem>;

/** A context in which everything is charged. */
export type Charged = ExpressionContext & { work: ExpressionWork };

export function unresolved(expression: string, cure = 'Give it a value, or use $func.default(…, fallback).'): Evaluation {
  return failed({ code: 'unresolved', expression, message: `${expression} has no value.`, cure });
}

export function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
