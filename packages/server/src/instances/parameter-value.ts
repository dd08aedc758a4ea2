/** One value against one declaration: its type, options, limits and pattern (docs/reference/plan-language.md#parameters). */
import {
  type ApiParameter,
  cut,
  inexactNumbers,
  INTEGER_RANGES,
  isBase64,
  isExactNumber,
  isTooDeep,
  isTruthText,
  isWithin,
  type Json,
  MAX_JSON_DEPTH,
  type PatternBudget,
  PatternBudgetSpent,
} from '@cellplane/plan';

/** The typed value, or what is wrong with it; the message continues the sentence "<key> …" and never quotes a secret. */
export type Converted = { ok: true; value: Json } | { ok: false; code: string; message: string };

/** Bytes of one value: more than that no Secret or ConfigMap holds, and each read of the instance would carry it. */
const MOST_BYTES = 1024 * 1024;

interface Matching {
  patterns: PatternBudget;
  isDefault: boolean;
}

/**
 * Converts a value of the wire, or the text of a default, and checks it. Lists are checked item by item. All values of a request
 * share the budget for patterns.
 */
export function convert(parameter: ApiParameter, value: Json, patterns: PatternBudget): Converted {
  const matching = { patterns, isDefault: value === parameter.defaultValue };
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  if (bytes > MOST_BYTES) return wrong('too-long', `has ${bytes} bytes; at most ${MOST_BYTES} fit`);
  if (!parameter.isList) return convertOne(parameter, value, matching);
  const rounded = roundedIn(value);
  if (rounded !== undefined) return rounded;
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (!Array.isArray(list)) return wrong('wrong-type', `must be a list${typeof value === 'string' ? ' (a JSON array)' : ''}`);
  const items: Json[] = [];
  for (const [index, item] of list.entries()) {
    const converted = convertOne(parameter, item, matching);
    if (!converted.ok) return { ...converted, message: `item ${index + 1} ${converted.message}` };
    items.push(converted.value);
  }
  return { ok: true, value: items };
}

function convertOne(parameter: ApiParameter, value: Json, matching: Matching): Converted {
  const typed = toType(parameter, value);
  if (!typed.ok) return typed;
  const chosen = choose(parameter, typed.value);
  if (!chosen.ok) return chosen;
  return checkLimits(parameter, chosen.value) ?? checkPattern(parameter, chosen.value, matching) ?? chosen;
}

function toType({ type }: ApiParameter, value: Json): Converted {
  switch (type) {
    case 'Json': {
      if (typeof value !== 'string') return { ok: true, value };
      const parsed = parseJson(value);
      const rounded = roundedIn(value);
      if (parsed !== undefined && rounded !== undefined) return rounded;
      return parsed === undefined
        ? wrong('wrong-type', `must be JSON, at most ${MAX_JSON_DEPTH} levels deep`)
        : { ok: true, value: parsed };
    }
    case 'Any':
      return { ok: true, value };
    case 'Bytes':
      if (typeof value !== 'string' || !isBase64(value)) return wrong('wrong-type', 'must be base64');
      return { ok: true, value };
    case 'Boolean':
      if (typeof value === 'boolean') return { ok: true, value };
      if (typeof value === 'string' && isTruthText(value.trim())) return { ok: true, value: value.trim().toLowerCase() === 'true' };
      return wrong('wrong-type', 'must be true or false');
    case 'Float32':
    case 'Float64': {
      const number = toNumber(value);
      if (number === undefined) return wrong('wrong-type', 'must be a number');
      if (typeof value === 'string' && !isExactNumber(value.trim()))
        return wrong('inexact-number', 'has more digits than a number can hold exactly; round it yourself');
      return { ok: true, value: number };
    }
    case 'Int':
    case 'Int32':
    case 'Int64':
    case 'UInt':
    case 'UInt32':
    case 'UInt64': {
      const number = toNumber(value);
      if (number === undefined || !Number.isInteger(number)) return wrong('wrong-type', 'must be a whole number');
      const range = INTEGER_RANGES[type];
      // JSON numbers beyond 2^53 would silently become others.
      if (!Number.isSafeInteger(number)) return wrong('out-of-range', 'is too large to be kept exactly');
      if (!isWithin(BigInt(number), range)) return wrong('out-of-range', `must be between ${range[0]} and ${range[1]}`);
      return { ok: true, value: number };
    }
    default:
      if (typeof value === 'object') return wrong('wrong-type', 'must be a text');
      return { ok: true, value: String(value) };
  }
}

function choose(parameter: ApiParameter, value: Json): Converted {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (
    parameter.options !== undefined &&
    parameter.options.length > 0 &&
    !parameter.options.some((option) => sameOption(option, value, text))
  ) {
    return wrong('not-an-option', `must be one of ${parameter.options.join(', ')}`);
  }
  const labeled = Object.entries(parameter.labeledOptions ?? {});
  if (labeled.length > 0 && !labeled.some(([, option]) => sameOption(option, value, text))) {
    return wrong('not-an-option', `must be one of ${labeled.map(([label, option]) => `${option} (${label})`).join(', ')}`);
  }
  return { ok: true, value };
}

function sameOption(option: string, value: Json, text: string): boolean {
  return option === text || (typeof value === 'number' && option.trim() !== '' && Number(option) === value);
}

function checkLimits({ limits }: ApiParameter, value: Json): Converted | undefined {
  if (limits === undefined) return undefined;
  if (typeof value === 'number') {
    if (limits.min !== undefined && value < limits.min) return wrong('below-minimum', `must be at least ${limits.min}`);
    if (limits.max !== undefined && value > limits.max) return wrong('above-maximum', `must be at most ${limits.max}`);
  }
  if (typeof value === 'string') {
    // Characters, as people count them: a code point outside the first plane is one, not two.
    const length = value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ' ').length;
    if (limits.minLength !== undefined && length < limits.minLength)
      return wrong('too-short', `must have at least ${limits.minLength} characters`);
    if (limits.maxLength !== undefined && length > limits.maxLength)
      return wrong('too-long', `must have at most ${limits.maxLength} characters`);
  }
  return undefined;
}

/** The pattern is for the whole value, whether its author anchored it or not; read as the build read it. */
function checkPattern({ regex }: ApiParameter, value: Json, { patterns, isDefault }: Matching): Converted | undefined {
  if (regex === undefined || regex === '' || typeof value !== 'string') return undefined;
  const shown = cut(regex);
  try {
    const pattern = patterns.javascript(regex);
    if (pattern.ok) return pattern.value.testWhole(value) ? undefined : wrong('pattern-mismatch', `must match the pattern ${shown}`);
    // A default was matched when its version was built, by a program that took the pattern.
    if (isDefault) return undefined;
    const { message } = pattern.problem;
    return wrong(
      'pattern-unsupported',
      `cannot be checked: its pattern ${shown} ${message}; the provider has to build the plan anew with another pattern`,
    );
  } catch (error) {
    if (!(error instanceof PatternBudgetSpent)) throw error;
    return wrong('pattern-too-slow', `could not be matched against the pattern ${shown}: ${error.message}`);
  }
}

function toNumber(value: Json): number | undefined {
  // Decimal only: Number() also reads 0x10 and 0b1, which the build refuses as defaults.
  const number = typeof value === 'string' && /^\s*[-+]?[\d.][\d.eE+-]*\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What is wrong with a JSON text that holds a number which would be rounded. The number may be a secret: it is not quoted. */
function roundedIn(text: Json): Converted | undefined {
  const [inexact] = typeof text === 'string' && parseJson(text) !== undefined ? inexactNumbers(text) : [];
  if (inexact === undefined) return undefined;
  const where = inexact.path === '' ? 'is' : `has at ${inexact.path}`;
  return wrong('inexact-number', `${where} a number that would be rounded; quote it: as text it keeps its digits`);
}

function parseJson(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function wrong(code: string, message: string): Converted {
  return { ok: false, code, message };
}
