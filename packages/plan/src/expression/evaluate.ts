import { cut } from '../cut.js';
import type { Json } from '../json.js';
import { failed, ok, type Result } from '../result.js';
import type { Call, Expression } from './expression.js';
import { parseExpression } from './expression-parser.js';
import type { ResolvedValue } from './fragment.js';
import { callFunction } from './function/calls.js';
import { readPath } from './path.js';
import { parseText } from './text.js';
import type { RandomSite } from './function/stable-random.js';
import { PatternUnusable } from '../pattern/budget.js';
import { valueText } from './value-text.js';
import { boundText, ExpressionWork, TooMuchText } from './work.js';
import { type Charged, type Evaluation, type EvaluationProblem, type ExpressionContext, own, partPlace, unresolved } from './context.js';
import { evaluateReference } from './evaluate-reference.js';

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

function flagsOf(values: readonly ResolvedValue[]): { secret?: true; tainted?: true } {
  return {
    ...(values.some((value) => value.secret === true) ? { secret: true } : {}),
    ...(values.some((value) => value.tainted === true) ? { tainted: true } : {}),
  };
}

function isEmpty(value: Json): boolean {
  return value === null || value === '';
}
