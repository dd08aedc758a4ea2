/** Parameter values as each resource of an instance sees them. */
import { type CompiledPlan, type CompiledResource, type Json, type ParameterType, PatternBudget } from '@cellplane/plan';
import { convert } from './parameter-value.js';
import type { ParameterValues } from './parameters.js';

export type TypedValues = Record<string, { value: Json; type: ParameterType }>;

/**
 * Values of one resource. The instance's own resource has what was given; another one gets, by parameter: what a parent
 * hands it (`parameterDependencyMap`), the value of the same key (it is one shared value), its default. An optional parameter
 * without a value is known to be nothing; a required one is left out, which fails the run that needs it (M6).
 */
export function valuesOfResource(plan: CompiledPlan, resource: CompiledResource, targetKey: string, given: ParameterValues): TypedValues {
  const result: TypedValues = {};
  const patterns = new PatternBudget();
  for (const parameter of resource.parameters) {
    const value = resource.key === targetKey ? valueOf(given, parameter.key) : inherited(plan, resource, parameter.key, given);
    if (value !== undefined) {
      result[parameter.key] = { value, type: parameter.type };
      continue;
    }
    const converted =
      resource.key === targetKey || parameter.defaultValue === undefined ? undefined : convert(parameter, parameter.defaultValue, patterns);
    if (converted?.ok) result[parameter.key] = { value: converted.value, type: parameter.type };
    else if (!parameter.required) result[parameter.key] = { value: null, type: parameter.type };
  }
  return result;
}

/** A value that was given, secret or not. */
export function valueOf(values: ParameterValues, key: string): Json | undefined {
  if (Object.hasOwn(values.clear, key)) return values.clear[key];
  return Object.hasOwn(values.secret, key) ? values.secret[key] : undefined;
}

function inherited(plan: CompiledPlan, resource: CompiledResource, key: string, given: ParameterValues): Json | undefined {
  for (const parent of plan.resources) {
    for (const parameter of parent.parameters) {
      if (parameter.parameterDependencyMap[resource.key] === key) {
        const value = valueOf(given, parameter.key);
        if (value !== undefined) return value;
      }
    }
  }
  return valueOf(given, key);
}
