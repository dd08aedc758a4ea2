import { inexactNumbers } from '../../expression/json/exact-json.js';
import { isTooDeep, MAX_JSON_DEPTH } from '../../expression/json/json-size.js';
import { isExactNumber } from '../../expression/json/exact-number.js';
import type { ApiParameter, ParameterType } from '../../model.js';
import type { PatternBudget } from '../../pattern/budget.js';

const INTEGER_BOUNDS: Partial<Record<ParameterType, [bigint, bigint]>> = {
  Int: [-(2n ** 63n), 2n ** 63n - 1n],
  Int32: [-(2n ** 31n), 2n ** 31n - 1n],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
  UInt: [0n, 2n ** 64n - 1n],
  UInt32: [0n, 2n ** 32n - 1n],
  UInt64: [0n, 2n ** 64n - 1n],
};

/**
 * Why the text is no value of the parameter (type, options, limits, pattern); undefined if it is one. The sentence begins
 * with a verb: "must be …". Items of a list are not looked into.
 * @throws PatternBudgetSpent
 */
export function valueFault(parameter: ApiParameter, text: string, patterns: PatternBudget): string | undefined {
  if (parameter.isList) return jsonFault(text, 'a JSON list', Array.isArray);
  return (
    typeFault(parameter.type, text) ??
    optionFault(parameter, text) ??
    limitFault(parameter, text) ??
    patternFault(parameter, text, patterns)
  );
}

function typeFault(type: ParameterType, text: string): string | undefined {
  const bounds = INTEGER_BOUNDS[type];
  if (bounds) {
    if (!/^[-+]?\d{1,30}$/.test(text)) return `must be a whole number (${type})`;
    const value = BigInt(text.replace(/^\+/, ''));
    if (value < bounds[0] || value > bounds[1]) return `must lie from ${bounds[0]} to ${bounds[1]} (${type})`;
    return Number.isSafeInteger(Number(text))
      ? undefined
      : 'must lie within ±9007199254740991: beyond, JSON would round it; declare it as a String';
  }
  switch (type) {
    case 'Float32':
    case 'Float64':
      if (!/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) return `must be a number (${type})`;
      return isExactNumber(text) ? undefined : `must be a number that ${type} can hold exactly; this one would be rounded`;
    case 'Boolean':
      return /^(true|false)$/i.test(text) ? undefined : 'must be true or false';
    case 'Json':
      return jsonFault(text, 'JSON', () => true);
    case 'Bytes':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? undefined : 'must be base64 (Bytes)';
    default:
      return undefined;
  }
}

function jsonFault(text: string, what: string, fits: (value: unknown) => boolean): string | undefined {
  if (isTooDeep(text)) return `must not be nested more than ${MAX_JSON_DEPTH} levels deep`;
  try {
    if (!fits(JSON.parse(text))) return `must be ${what}`;
    const [inexact] = inexactNumbers(text);
    return inexact && `must not hold the number ${inexact.literal.slice(0, 60)}, which would be rounded; quote it`;
  } catch {
    return `must be ${what}`; // the parser's own words would speak of positions in the value only
  }
}

function optionFault(parameter: ApiParameter, text: string): string | undefined {
  const allowed = [...(parameter.options ?? []), ...Object.values(parameter.labeledOptions ?? {})];
  return allowed.length === 0 || allowed.includes(text) ? undefined : `must be one of ${allowed.join(', ')}`;
}

function limitFault(parameter: ApiParameter, text: string): string | undefined {
  const { min, max, minLength, maxLength } = parameter.limits ?? {};
  const length = Array.from(text).length;
  if (minLength !== undefined && length < minLength) return `must have at least ${minLength} characters`;
  if (maxLength !== undefined && length > maxLength) return `must have at most ${maxLength} characters`;
  if (!isNumeric(parameter.type)) return undefined;
  if (min !== undefined && Number(text) < min) return `must be at least ${min}`;
  return max !== undefined && Number(text) > max ? `must be at most ${max}` : undefined;
}

function patternFault(parameter: ApiParameter, text: string, patterns: PatternBudget): string | undefined {
  if (parameter.regex === undefined || !isTextual(parameter.type)) return undefined;
  const pattern = patterns.javascript(parameter.regex);
  if (!pattern.ok) return `cannot be checked: its pattern ${pattern.problem.message}`;
  return pattern.value.testWhole(text) ? undefined : `must match ${parameter.regex}`;
}

/** True for the number types. */
export function isNumeric(type: ParameterType): boolean {
  return type === 'Float32' || type === 'Float64' || type in INTEGER_BOUNDS;
}

/** True for types whose value is text. */
export function isTextual(type: ParameterType): boolean {
  return type === 'String' || type === 'Password' || type === 'Secret';
}
