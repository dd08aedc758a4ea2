/** What an expression of a plan comes to on an instance, for authors of plans (docs/reference/api.md#objects, `instance evaluate`). */
import { cut, evaluateText, type ExpressionContext, ExpressionWork, type Json, MASK } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { badRequest, notFound } from '../errors.js';
import type { InstanceCaller } from '../instances/instance.js';
import { selectOpenOperations } from '../lifecycle/store.js';
import { maskedOutputs } from '../instances/outputs.js';
import { describeInstance } from './read-instance.js';
import { expressionsOfOpen } from '../lifecycle/operation-input.js';
import { type InstanceDeps, loadRunContext } from '../lifecycle/run-context.js';

export interface EvaluateInput {
  serviceId: string;
  instanceId: string;
  resourceKey: string;
  expression?: string;
  /** Wins over `expression`. */
  expressionMap?: Record<string, unknown>;
}

/**
 * Evaluates one text, or a map of them, with the instance's present values, and those of the operation that runs on it. Whatever is or was made of a secret is masked.
 * An expression that has no value is told in `error`, not thrown.
 * @throws DomainError not_found for instance and resource; bad_request if nothing is to be evaluated
 */
export async function evaluateOnInstance(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: EvaluateInput,
): Promise<{ result?: Json; error?: string }> {
  const { instance, version } = await describeInstance(deps, caller, input.instanceId);
  if (instance.serviceId !== input.serviceId) throw notFound('instance', input.instanceId);
  const wanted = version.compiled.resources.find((resource) => resource.key.toLowerCase() === input.resourceKey.trim().toLowerCase());
  if (wanted === undefined) throw notFound('resource', input.resourceKey);
  // While an operation runs, what its workflow sees.
  const open = (await selectOpenOperations(deps.db, instance.id)).find(({ status }) => status === 'running');
  const requested = open?.requested ?? undefined;
  // An upgrade may lead to a version that has no such resource: what takes that down sees the present values.
  const isThere =
    requested !== undefined &&
    (requested.planVersion === version.version ||
      (await planVersion(deps.db, instance.providerOrgId, instance.planId, requested.planVersion)).compiled.resources.some(
        ({ key }) => key === wanted.key,
      ));
  const { expressions } = await loadRunContext(deps, instance.id, wanted.key, isThere ? requested : undefined);
  const seen = await expressionsOfOpen(deps, instance.id, expressions);
  const resources = Object.entries(expressions.resources).map(([key, resource]) => [
    key,
    { ...resource, out: maskedOutputs(instance.outputs[key] ?? {}) },
  ]);
  const context = { ...seen, resources: Object.fromEntries(resources), work: new ExpressionWork() };
  if (input.expressionMap === undefined) {
    if (input.expression === undefined || input.expression.trim() === '') throw nothingGiven();
    return evaluateOne(input.expression, context);
  }
  const result: Record<string, Json> = {};
  const errors: string[] = [];
  for (const [name, expression] of Object.entries(input.expressionMap)) {
    if (typeof expression !== 'string')
      throw badRequest('invalid-expression', `Invalid request: expressionMap.${cut(name)} must be a text.`, [
        { field: `expressionMap.${cut(name)}`, message: 'must be a text' },
      ]);
    const one = evaluateOne(expression, context);
    if (one.error === undefined) result[name] = one.result ?? null;
    else errors.push(`${name}: ${one.error}`);
  }
  return errors.length === 0 ? { result } : { result, error: errors.join('; ') };
}

/** A bare `$sys.id` is taken for `{{ $sys.id }}`: people type it so. */
function evaluateOne(expression: string, context: Omit<ExpressionContext, 'place'>): { result?: Json; error?: string } {
  const bare = /^\s*\$\w/.test(expression) && !expression.includes('{{');
  const evaluated = evaluateText(bare ? `{{ ${expression.trim()} }}` : expression, { ...context, place: 'evaluator' });
  if (!evaluated.ok) return { error: [evaluated.problem.message, evaluated.problem.cure].filter((text) => text !== '').join(' ') };
  return { result: evaluated.value.secret === true ? MASK : evaluated.value.value };
}

function nothingGiven() {
  return badRequest('missing-field', 'Invalid request: expression or expressionMap is needed.', [
    { field: 'expression', code: 'missing-field', message: 'is missing' },
  ]);
}
