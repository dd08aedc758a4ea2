/**
 * Parameter values against a resource's declarations (docs/reference/plan-language.md#parameters). Everything wrong is found at
 * once. A value for a parameter that only another resource of the plan declares is dropped; one that no resource declares
 * is refused, because it is a slip of the pen.
 */
import { type ApiParameter, type CompiledPlan, cut, type Json, MASK, PatternBudget } from '@cellplane/plan';
import { badRequest, type ErrorDetail } from '../errors.js';
import { numberTextOf } from '../request-text/number-text.js';
import { convert } from './parameter-value.js';

/** Typed values by key; those of type Password and Secret apart, because they are stored sealed. */
export interface ParameterValues {
  clear: Record<string, Json>;
  secret: Record<string, Json>;
}

/** Both kinds as one record, for people: secret ones as the mask. */
export function maskedValues({ clear, secret }: ParameterValues): Record<string, Json> {
  return { ...clear, ...Object.fromEntries(Object.keys(secret).map((key) => [key, MASK])) };
}

interface Given {
  /** As it came: an object, or null and undefined for "none". */
  given: unknown;
  cloudProvider: string;
}

interface Input extends Given {
  plan: CompiledPlan;
  resourceKey: string;
}

/** Values of a new instance: given ones, else defaults. @throws DomainError bad_request naming every wrong parameter */
export function createValues(input: Input): ParameterValues {
  return valuesOf(readOfPlan(input));
}

/** Values of a call of a custom workflow: given ones, else defaults. @throws DomainError bad_request naming every wrong parameter */
export function callValues(input: Given & { parameters: ApiParameter[] }): ParameterValues {
  return valuesOf(read(input, input.parameters, new Set(input.parameters.map((parameter) => parameter.key))));
}

function valuesOf({ declared, given, problems }: ReturnType<typeof read>): ParameterValues {
  const values: ParameterValues = { clear: {}, secret: {} };
  const into = { values, problems, patterns: new PatternBudget() };
  for (const parameter of declared) {
    const value = sent(given, parameter);
    if (value === undefined && parameter.defaultValue === undefined) {
      if (parameter.required) problems.push({ field: parameter.key, code: 'missing-parameter', message: `${parameter.key} is required` });
      continue;
    }
    take(into, parameter, value ?? parameter.defaultValue ?? '');
  }
  refuse(problems);
  return values;
}

/**
 * Values of an instance after a change: the present ones, with the given ones over them. Giving an unmodifiable parameter
 * the value it has is no change. Parameters that the plan has gained meanwhile get their defaults, or are given once; an optional
 * one without a default was left out when the instance was made, and stays so if it cannot be modified.
 * @throws DomainError bad_request naming every wrong parameter
 */
export function modifyValues(input: Input & { present: ParameterValues }): ParameterValues {
  const { declared, given, problems } = readOfPlan(input);
  const values: ParameterValues = { clear: {}, secret: {} };
  const into = { values, problems, patterns: new PatternBudget() };
  for (const parameter of declared) {
    const part = isSecretParameter(parameter) ? 'secret' : 'clear';
    const before = own(input.present[part], parameter.key);
    const value = sent(given, parameter);
    if (value === undefined) {
      if (before !== undefined) values[part][parameter.key] = before;
      else if (parameter.defaultValue !== undefined) take(into, parameter, parameter.defaultValue);
      else if (parameter.required)
        problems.push({ field: parameter.key, code: 'missing-parameter', message: `${parameter.key} is required` });
      continue;
    }
    const found = problems.length;
    take(into, parameter, value);
    const changed = JSON.stringify(values[part][parameter.key]) !== JSON.stringify(before);
    const gained = before === undefined && (parameter.required || parameter.defaultValue !== undefined);
    if (problems.length === found && !parameter.modifiable && !gained && changed) {
      problems.push({ field: parameter.key, code: 'unmodifiable-parameter', message: `${parameter.key} cannot be changed after creation` });
    }
  }
  refuse(problems);
  return values;
}

/** Password and Secret: sealed at rest, masked in every read. */
export function isSecretParameter(parameter: ApiParameter): boolean {
  return parameter.type === 'Password' || parameter.type === 'Secret';
}

/** What is declared of the resource here, what was given of it, and what is wrong with the keys. @throws DomainError bad_request if it is no object */
export function readOfPlan(input: Input) {
  const { resources } = input.plan;
  const all = resources.find((resource) => resource.key === input.resourceKey)?.parameters ?? [];
  return read(input, all, new Set(resources.flatMap((resource) => resource.parameters.map((parameter) => parameter.key))));
}

/** Unknown parameters that are told, and known ones that are shown beside them. */
const [MOST_UNKNOWN, MOST_SHOWN] = [20, 50];

/** What may be given of `all`, and what is wrong with the keys; those that are only known `anywhere` are dropped. */
function read({ given, cloudProvider }: Given, all: ApiParameter[], anywhere: Set<string>) {
  const problems: ErrorDetail[] = [];
  const declared = all.filter(
    (parameter) =>
      parameter.cloudProviders === undefined ||
      parameter.cloudProviders.some((cloud) => cloud.toLowerCase() === cloudProvider.toLowerCase()),
  );
  if (given !== null && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
    throw badRequest('invalid-parameters', 'requestParams must be an object of parameter names and values.', [
      { field: 'requestParams', message: 'not an object' },
    ]);
  }
  const values = (given ?? {}) as Record<string, Json>;
  const unknown = Object.keys(values).filter((key) => !anywhere.has(key));
  const near = new Map(
    unknown.length === 0 ? [] : all.toReversed().flatMap((one) => [one.name, one.key].map((name) => [letters(name), one] as const)),
  );
  const shown = declared.slice(0, MOST_SHOWN).map((one) => one.key);
  const list = `${shown.join(', ') || 'none'}${declared.length > MOST_SHOWN ? ` and ${declared.length - MOST_SHOWN} more` : ''}`;
  for (const key of unknown.slice(0, MOST_UNKNOWN)) {
    const meant = near.get(letters(key));
    const cure = meant === undefined ? `the parameters are: ${list}` : `did you mean ${meant.key}?`;
    problems.push({ field: cut(key), code: 'unknown-parameter', message: `there is no parameter ${cut(key)}; ${cure}` });
  }
  return { declared, given: values, problems };
}

/** Where values go, and what is wrong with them. */
export interface Into {
  values: ParameterValues;
  problems: ErrorDetail[];
  patterns: PatternBudget;
}

/** Converts a value and keeps it, or notes what is wrong with it. */
export function take({ values, problems, patterns }: Into, parameter: ApiParameter, value: Json): void {
  const converted = convert(parameter, value, patterns);
  if (converted.ok) values[isSecretParameter(parameter) ? 'secret' : 'clear'][parameter.key] = converted.value;
  else problems.push({ field: parameter.key, code: converted.code, message: `${parameter.key} ${converted.message}` });
}

function refuse(problems: ErrorDetail[]): void {
  if (problems.length === 0) return;
  const summary = problems.map((problem) => problem.message).join('; ');
  throw badRequest(
    'invalid-parameters',
    `${problems.length === 1 ? 'A parameter is' : `${problems.length} parameters are`} wrong: ${summary}.`,
    problems,
  );
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The value as it was sent; undefined if it was not, or as null. A number for a text keeps the digits that it was written with. */
export function sent(given: Record<string, Json>, parameter: ApiParameter): Json | undefined {
  const value = own(given, parameter.key) ?? undefined;
  if (NOT_TEXT.has(parameter.type)) return value;
  if (Array.isArray(value)) return value.map((item, index) => (typeof item === 'number' ? (numberTextOf(value, index) ?? item) : item));
  return typeof value === 'number' ? (numberTextOf(given, parameter.key) ?? value) : value;
}

const NOT_TEXT = new Set(['Json', 'Any', 'Float32', 'Float64', 'Int', 'Int32', 'Int64', 'UInt', 'UInt32', 'UInt64', 'Boolean', 'Bytes']);

export function own(record: Record<string, Json>, key: string): Json | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
