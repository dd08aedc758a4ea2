/** Values for parameters that nobody has given, for simulations and examples. Pure. */
import { valueFault } from '../check/parameter/value.js';
import type { ApiParameter } from '../model.js';
import { PatternBudget, PatternBudgetSpent } from '../pattern/budget.js';
import { textFor } from './pattern-text.js';

/** What texts say that nobody gave. */
const MADE_UP = 'simulated';

/** A value that fits the parameter; undefined if none was found. */
export function madeUpValue(parameter: ApiParameter): unknown {
  const one = oneValue(parameter);
  if (one === undefined || !fitsWithin(parameter, typeof one === 'string' ? one : JSON.stringify(one))) return undefined;
  return parameter.isList ? [one] : one;
}

function oneValue(parameter: ApiParameter): unknown {
  const { type, options = [], labeledOptions = {}, limits = {}, regex } = parameter;
  const [option = Object.values(labeledOptions)[0]] = options;
  const isNumber = /^(U?Int|Float)/.test(type);
  if (option !== undefined) return isNumber ? Number(option) : type === 'Boolean' ? option === 'true' : option;
  if (isNumber) return Math.max(limits.min ?? -Infinity, Math.min(limits.max ?? Infinity, 1));
  switch (type) {
    case 'Boolean':
      return false;
    case 'Json':
    case 'Any':
      return {};
    case 'Bytes':
      return btoa(MADE_UP);
    // An instance of another resource: there is none.
    case 'Resource':
      return undefined;
    default:
      return textValue(parameter, regex, limits);
  }
}

function fitsWithin(parameter: ApiParameter, text: string): boolean {
  try {
    return valueFault({ ...parameter, isList: false }, text, new PatternBudget()) === undefined;
  } catch (error) {
    // Another text may be easier to match.
    if (error instanceof PatternBudgetSpent) return false;
    throw error;
  }
}

function textValue(parameter: ApiParameter, regex: string | undefined, limits: NonNullable<ApiParameter['limits']>): string | undefined {
  const fits = (text: string) => fitsWithin(parameter, text);
  const least = Math.min(limits.minLength ?? 0, 10_000);
  const plain = MADE_UP.padEnd(least, '-simulated').slice(0, limits.maxLength ?? Infinity);
  if (fits(plain)) return plain;
  return regex === undefined ? undefined : textFor(regex.replace(/^\(\?i\)/, ''), fits);
}
