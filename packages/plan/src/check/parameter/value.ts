import { cut } from '../../cut.js';
import { inexactNumbers } from '../../expression/json/exact-json.js';
import { isTooDeep, MAX_JSON_DEPTH } from '../../expression/json/json-size.js';
import { isExactNumber } from '../../expression/json/exact-number.js';
import type { ApiParameter, ParameterType } from '../../model.js';
import { INT32, INT64, isWithin, UINT32, UINT64 } from '../../number-ranges.js';
import type { PatternBudget } from '../../pattern/budget.js';

/** The least and the greatest value of each integer type. */
export const INTEGER_RANGES = { Int: INT64, Int32: INT32, Int64: INT64, UInt: UINT64, UInt32: UINT32, UInt64: UINT64 } as const;

function isIntegerType(type: ParameterType): type is keyof typeof INTEGER_RANGES {
  return type in INTEGER_RANGES;
}

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
  if (isIntegerType(type)) {
    const range = INTEGER_RANGES[type];
    if (!/^[-+]?\d{1,30}$/.test(text)) return `must be a whole number (${type})`;
    const value = BigInt(text.replace(/^\+/, ''));
    if (!isWithin(value, range)) return `must lie from ${range[0]} to ${range[1]} (${type})`;
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
      return isTruthText(text) ? undefined : 'must be true or false';
    case 'Json':
      return jsonFault(text, 'JSON', () => true);
    case 'Bytes':
      return isBase64(text) ? undefined : 'must be base64 (Bytes)';
    default:
      return undefined;
  }
}

function jsonFault(text: string, what: string, fits: (value: unknown) => boolean): string | undefined {
  if (isTooDeep(text)) return `must not be nested more than ${MAX_JSON_DEPTH} levels deep`;
  try {
    if (!fits(JSON.parse(text))) return `must be ${what}`;
    const [inexact] = inexactNumbers(text);
    return inexact && `must not hold the number ${cut(inexact.literal, 60)}, which would be rounded; quote it`;
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

/** True for a text that is a value of type Boolean. */
export function isTruthText(text: string): boolean {
  return /^(true|false)$/i.test(text);
}

/** True for a text that is a value of type Bytes. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** True for the number types. */
export function isNumeric(type: ParameterType): boolean {
  return type === 'Float32' || type === 'Float64' || isIntegerType(type);
}

/** True for types whose value is text. */
export function isTextual(type: ParameterType): boolean {
  return type === 'String' || type === 'Password' || type === 'Secret';
}
