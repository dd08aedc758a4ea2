/** An instance's values under the declarations of another plan version. Pure. */
import type { CompiledPlan, Json } from '@cellplane/plan';
import { PatternBudget } from '@cellplane/plan';
import type { ErrorDetail } from '../errors.js';
import { convert } from './parameter-value.js';
import { type Into, isSecretParameter, own, type ParameterValues, readOfPlan, sent, take } from './parameters.js';
import { valueOf } from './resource-values.js';

export interface VersionValuesInput {
  /** Of the other version. */
  plan: CompiledPlan;
  /** `2.0`, for messages. */
  version: string;
  resourceKey: string;
  cloudProvider: string;
  /** Values that the upgrade gives, as they came: an object, or null and undefined for "none". */
  given: unknown;
  present: ParameterValues;
}

export interface VersionValues {
  values: ParameterValues;
  /** Each names its parameter in `field`; empty: the values can be had. Secrets are never quoted. */
  problems: ErrorDetail[];
  /** Keys of parameters that the version no longer has. */
  removed: string[];
}

/**
 * A parameter of the version has the value that is given; else the present one, converted to the type that it has now; else its
 * default. What the version no longer knows is left behind. A present value that does not fit any more, and a required one that there is
 * none of, are problems that a given value cures: also of a parameter that cannot be modified.
 * @throws DomainError bad_request if `given` is no object
 */
export function valuesInVersion(input: VersionValuesInput): VersionValues {
  const { declared, given, problems } = readOfPlan(input);
  const values: ParameterValues = { clear: {}, secret: {} };
  const patterns = new PatternBudget();
  const into: Into = { values, problems, patterns };
  for (const parameter of declared) {
    const { key } = parameter;
    const part = values[isSecretParameter(parameter) ? 'secret' : 'clear'];
    const before = valueOf(input.present, key) ?? undefined;
    const kept = before === undefined ? undefined : convert(parameter, before, patterns);
    const value = sent(given, parameter);
    if (value !== undefined) {
      const found = problems.length;
      take(into, parameter, value);
      const changed = kept?.ok === true && JSON.stringify(kept.value) !== JSON.stringify(own(part, key));
      if (problems.length === found && !parameter.modifiable && changed)
        problems.push({ field: key, code: 'unmodifiable-parameter', message: `${key} cannot be changed after creation` });
    } else if (kept?.ok === true) {
      part[key] = kept.value;
    } else if (kept !== undefined) {
      const message = `the value that ${key} has does not fit version ${input.version}: it ${kept.message}`;
      problems.push({ field: key, code: kept.code, message, cure: `Give ${key} another value with the upgrade.` });
    } else if (parameter.defaultValue !== undefined) {
      take(into, parameter, parameter.defaultValue);
    } else if (parameter.required) {
      problems.push(unresolvedProblem(key, `version ${input.version} requires ${key}, and has no default`));
    }
  }
  const keys = new Set(declared.map(({ key }) => key));
  const removed = Object.keys({ ...input.present.clear, ...input.present.secret }).filter((key) => !keys.has(key));
  return { values, problems, removed: removed.toSorted() };
}

/** A parameter that there is no value of, in the words of a run that finds it out (docs/reference/plan-language.md#parameters). */
function unresolvedProblem(key: string, why: string): ErrorDetail {
  return {
    field: key,
    code: 'missing-parameter',
    message: `unresolved workflow input parameters: [$var.${key}]: ${why}`,
    cure: `Give ${key} with the upgrade.`,
  };
}

/** Values that differ between two sets, by key; a value that goes is not among them. */
export function changedValues(before: ParameterValues, after: ParameterValues): ParameterValues {
  const changed = (part: Record<string, Json>) =>
    Object.fromEntries(Object.entries(part).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(valueOf(before, key))));
  return { clear: changed(after.clear), secret: changed(after.secret) };
}
