import { cut } from '../cut.js';
import { TAINTED_SYSTEM_PATHS, touches } from './always-tainted.js';
import { readJson } from './exact-json.js';
import type { Json, JsonObject } from '../json.js';
import type { ParameterType } from '../model.js';
import { failed, ok, type Result } from '../result.js';
import type { Call, Expression, PathSegment, Reference } from './expression.js';
import { parseExpression } from './expression-parser.js';
import type { ExpressionValues, ResolvedValue } from './fragment.js';
import { callFunction } from './function-calls.js';
import { readPath } from './path.js';
import { parseText } from './text.js';
import type { RandomSite } from './stable-random.js';
import { PatternUnusable } from '../pattern/budget.js';
import { valueText } from './value-text.js';
import { boundText, ExpressionWork, TooMuchText } from './work.js';

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

type Evaluation = Result<ResolvedValue, EvaluationProblem>;

/**
 * Evaluates a parsed expression (docs/reference/plan-language.md#expressions). Flags travel with the value: Password and Secret parameters and
 * `$secret` are secret, outputs and task objects are tainted, a function's result has the flags of its arguments.
 */
export function evaluateExpression(expression: Expression, context: ExpressionContext): Evaluation {
  return bounded(() => evaluate(expression, { ...context, work: context.work ?? new ExpressionWork() }));
}

/** A failure in words where the work would come to too much. It is for good: the same values would come to the same. */
function bounded(work: () => Evaluation): Evaluation {
  try {
    return work();
  } catch (error) {
    if (error instanceof OverBound) return failed(error.problem);
    if (!(error instanceof TooMuchText) && !(error instanceof PatternUnusable)) throw error;
    return failed(overBound('An expression', error.message));
  }
}

/** Carries what goes beyond a bound out of the evaluation, with the call that it was at. */
class OverBound extends Error {
  constructor(readonly problem: EvaluationProblem) {
    super(problem.message);
  }
}

function overBound(expression: string, message: string): EvaluationProblem {
  const shown = cut(expression);
  return {
    code: 'function-failed',
    expression: shown,
    message: `${shown}: ${message}.`,
    cure: 'Give shorter values, or write an expression whose result is smaller.',
  };
}

/** A context in which everything is charged. */
type Charged = ExpressionContext & { work: ExpressionWork };

function evaluate(expression: Expression, context: Charged): Evaluation {
  if (expression.type === 'literal') return ok({ value: expression.value, source: valueText(expression.value) });
  const known = context.known && own(context.known, partPlace(context.place, expression));
  if (known !== undefined) return ok(known);
  return expression.type === 'call' ? evaluateCall(expression, context) : evaluateReference(expression, context);
}

/**
 * Evaluates a text outside workflows (endpoint hosts, chart values, outputs): a whole-scalar expression keeps its type,
 * else everything is concatenated. `context.place` is the text's place without `#n`. Argo tags stay as they are.
 */
export function evaluateText(text: string, context: ExpressionContext): Evaluation {
  return bounded(() => evaluateParts(text, { ...context, work: context.work ?? new ExpressionWork() }));
}

function evaluateParts(text: string, context: Charged): Evaluation {
  const parts = parseText(text);
  const values: ResolvedValue[] = [];
  let rendered = '';
  for (const part of parts) {
    if (part.type !== 'platform') {
      rendered += part.text;
      continue;
    }
    const parsed = parseExpression(part.expression);
    if (!parsed.ok) return failed({ ...parsed.problem, code: 'invalid-expression', expression: part.expression });
    const evaluated = evaluate(parsed.value, { ...context, place: `${context.place}#${part.index}` });
    if (!evaluated.ok || parts.length === 1) return evaluated;
    values.push(evaluated.value);
    boundText(rendered.length + context.work.take(evaluated.value.value));
    rendered += valueText(evaluated.value.value);
  }
  return ok({ value: rendered, source: text, ...flagsOf(values) });
}

function evaluateCall(call: Call, context: Charged): Evaluation {
  const given: ResolvedValue[] = [];
  for (const [position, argument] of call.arguments.entries()) {
    const evaluated = evaluate(argument, context);
    // `default` chooses: its first argument may be missing, null or empty.
    if (call.name === 'default') {
      if (evaluated.ok && (position > 0 || !isEmpty(evaluated.value.value)))
        return followResult(call, evaluated.value.value, [evaluated.value], context.work);
      if (position === 0 && (evaluated.ok || evaluated.problem.code === 'unresolved')) continue;
    }
    if (!evaluated.ok) return evaluated;
    given.push(evaluated.value);
  }
  const site = { seed: context.seed, place: context.place, ordinal: call.ordinal };
  const called = callWithin(
    call,
    given.map((argument) => argument.value),
    site,
    context.work,
  );
  if (called.ok) return followResult(call, called.value, given, context.work);
  return failed({
    code: 'function-failed',
    expression: call.text,
    message: `${call.text}: ${called.problem}.`,
    cure: 'Correct the arguments of the function, or the values that they refer to.',
  });
}

/** Calls the function; what is too much ends the evaluation with the call's own words. */
function callWithin(call: Call, given: readonly Json[], site: RandomSite, work: ExpressionWork): Result<Json, string> {
  try {
    return callFunction(call.name, given, site, work);
  } catch (error) {
    if (error instanceof TooMuchText) throw new OverBound(overBound(call.text, error.message));
    throw error;
  }
}

function followResult(call: Call, result: Json, given: ResolvedValue[], { patterns }: ExpressionWork): Evaluation {
  const value = readPath(result, call.path, patterns);
  return value === undefined ? unresolved(call.text) : ok({ value, source: call.text, ...flagsOf(given) });
}

function evaluateReference(reference: Reference, context: Charged): Evaluation {
  const { path, text } = reference;
  const [first, ...rest] = path;
  const key = first !== undefined && 'key' in first ? first.key : '';
  switch (reference.root) {
    case 'sys': {
      const value = readPath(context.sys, path, context.work.patterns);
      if (value === undefined) return unresolved(text);
      return ok({
        value,
        source: text,
        ...(touches(path, TAINTED_SYSTEM_PATHS) ? { tainted: true as const } : {}),
        ...(touches(path, context.secretSys ?? []) ? { secret: true as const } : {}),
      });
    }
    case 'var': {
      const parameter = own(context.parameters, key);
      return parameter === undefined ? unresolved(text) : readParameter(parameter, rest, text, context.work);
    }
    case 'secret': {
      const value = context.secrets(key);
      return value === undefined
        ? unresolved(text, 'Store the secret under this name for the environment.')
        : ok({ value, source: text, secret: true });
    }
    case 'resource':
      return evaluateResource(reference, context);
    case 'tasks':
      return evaluateTask(reference, context);
  }
}

function evaluateResource(reference: Reference, context: Charged): Evaluation {
  const { path, text, scope = 'out' } = reference;
  const resource = findResource(context.resources, reference.name ?? '');
  if (resource === undefined) return unresolved(text, 'Name the resource in dependsOn.');
  const [first, ...rest] = path;
  const key = first !== undefined && 'key' in first ? first.key : '';
  if (scope === 'var') {
    const value = own(resource.var, key);
    if (value === undefined) return unresolved(text);
    return readParameter({ value, type: own(resource.types ?? {}, key) }, rest, text, context.work);
  }
  const value = readPath(resource[scope], path, context.work.patterns);
  if (value === undefined) return unresolved(text);
  if (scope === 'sys') return ok({ value, source: text });
  return ok({ value, source: text, tainted: true, ...(resource.secretOut?.includes(key) ? { secret: true as const } : {}) });
}

/** A missing path is null, a missing task or object is an error (docs/reference/plan-language.md#outputs). */
function evaluateTask(reference: Reference, context: Charged): Evaluation {
  const { path, text, name = '' } = reference;
  const object = own(context.tasks ?? {}, name);
  if (object === undefined || object === null) {
    return failed({
      code: 'missing-task',
      expression: text,
      message:
        object === null ? `The task ${name} has no object to read ${text} from.` : `${text} names the task ${name}, which did not run.`,
      cure: 'Name a task that always runs and whose object is kept (apply, create, patch or get).',
    });
  }
  const secret = object['kind'] === 'Secret' ? { secret: true as const } : {};
  return ok({ value: readPath(object, path, context.work.patterns) ?? null, source: text, tainted: true, ...secret });
}

function readParameter(
  parameter: { value: Json; type?: ParameterType | undefined },
  rest: readonly PathSegment[],
  text: string,
  work: ExpressionWork,
): Evaluation {
  const { type } = parameter;
  const structured = type === 'Json' || type === 'Any';
  const value = readPath(rest.length > 0 && type === 'Json' ? parsedJson(parameter.value, work) : parameter.value, rest, work.patterns);
  if (value === undefined) return unresolved(text);
  const keepsType = type !== undefined && (rest.length === 0 || structured);
  const secret = type === 'Password' || type === 'Secret';
  return ok({ value, source: text, ...(keepsType ? { type } : {}), ...(secret ? { secret: true as const } : {}) });
}

/** A Json parameter may have been given as text. */
function parsedJson(value: Json, work: ExpressionWork): Json {
  if (typeof value !== 'string') return value;
  work.spend(value.length);
  try {
    return readJson(value);
  } catch {
    return value;
  }
}

/** "Redis Cluster", `redisCluster` and `redis-cluster` are one resource (docs/reference/plan-language.md#names-of-resources). */
function findResource(resources: Record<string, ResourceContext>, name: string): ResourceContext | undefined {
  const exact = own(resources, name);
  if (exact !== undefined) return exact;
  const wanted = plainKey(name);
  const found = Object.keys(resources).find((key) => plainKey(key) === wanted);
  return found === undefined ? undefined : resources[found];
}

function plainKey(key: string): string {
  return key.toLowerCase().replace(/[\s_-]+/g, '');
}

function flagsOf(values: readonly ResolvedValue[]): { secret?: true; tainted?: true } {
  return {
    ...(values.some((value) => value.secret === true) ? { secret: true } : {}),
    ...(values.some((value) => value.tainted === true) ? { tainted: true } : {}),
  };
}

function unresolved(expression: string, cure = 'Give it a value, or use $func.default(…, fallback).'): Evaluation {
  return failed({ code: 'unresolved', expression, message: `${expression} has no value.`, cure });
}

function isEmpty(value: Json): boolean {
  return value === null || value === '';
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
