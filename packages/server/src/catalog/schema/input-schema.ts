/** Inputs of a resource as JSON Schema: whatever fits it in type, limits and options a create (or a modify) takes. Pure. */
import { type ApiParameter, INTEGER_RANGES, type ParameterType } from '@cellplane/plan';

type Schema = Record<string, unknown>;

/** @param of `create`: all, with what is needed; `modify`: those that can be changed, none of which is needed */
export function inputSchema(parameters: readonly ApiParameter[], of: 'create' | 'modify'): Schema {
  const shown = of === 'create' ? parameters : parameters.filter(({ modifiable }) => modifiable);
  const required = of === 'create' ? shown.filter((one) => one.required && one.defaultValue === undefined).map(({ key }) => key) : [];
  return {
    type: 'object',
    properties: Object.fromEntries(shown.map((parameter) => [parameter.key, parameterSchema(parameter)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function parameterSchema(parameter: ApiParameter): Schema {
  const one = valueSchema(parameter);
  const secret = isSecret(parameter);
  return {
    title: parameter.name,
    ...(parameter.description === '' ? {} : { description: parameter.description }),
    ...(parameter.isList ? { type: 'array', items: one } : one),
    // A default password stays inside.
    ...(parameter.defaultValue === undefined || secret ? {} : { default: defaultOf(parameter, parameter.defaultValue) }),
    ...(secret ? { writeOnly: true } : {}),
    ...(parameter.cloudProviders === undefined ? {} : { 'x-cloud-providers': parameter.cloudProviders }),
    'x-modifiable': parameter.modifiable,
  };
}

function valueSchema(parameter: ApiParameter): Schema {
  const schema = typeSchema(parameter);
  const labels = parameter.labeledOptions ?? {};
  const options = parameter.options ?? (Object.keys(labels).length === 0 ? undefined : Object.values(labels));
  if (options !== undefined && options.length > 0) schema['enum'] = options.map((option) => typed(parameter.type, option));
  if (Object.keys(labels).length > 0)
    schema['x-labels'] = Object.fromEntries(Object.entries(labels).map(([label, value]) => [value, label]));
  return schema;
}

function typeSchema({ type, limits, regex }: ApiParameter): Schema {
  switch (type) {
    case 'Boolean':
      return { type: 'boolean' };
    case 'Float32':
    case 'Float64':
      return { type: 'number', ...numberLimits(limits) };
    case 'Int':
    case 'Int32':
    case 'Int64':
    case 'UInt':
    case 'UInt32':
    case 'UInt64':
      return { type: 'integer', ...wholeLimits(type, limits) };
    case 'Json':
    case 'Any':
      return {};
    case 'Bytes':
      return { type: 'string', contentEncoding: 'base64' };
    default:
      return {
        type: 'string',
        ...(type === 'Password' || type === 'Secret' ? { format: 'password' } : {}),
        ...(limits?.minLength === undefined ? {} : { minLength: limits.minLength }),
        ...(limits?.maxLength === undefined ? {} : { maxLength: limits.maxLength }),
        ...patternOf(regex),
      };
  }
}

function numberLimits(limits: ApiParameter['limits']): Schema {
  return {
    ...(limits?.min === undefined ? {} : { minimum: limits.min }),
    ...(limits?.max === undefined ? {} : { maximum: limits.max }),
  };
}

/** The type's own range, as far as JSON keeps whole numbers exactly, and within it the author's. */
function wholeLimits(type: keyof typeof INTEGER_RANGES, limits: ApiParameter['limits']): Schema {
  const [low, high] = INTEGER_RANGES[type].map(Number);
  return {
    minimum: Math.max(low ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, limits?.min ?? Number.MIN_SAFE_INTEGER),
    maximum: Math.min(high ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, limits?.max ?? Number.MAX_SAFE_INTEGER),
  };
}

/** A pattern is RE2's and for the whole value. Where it is no pattern of JavaScript, it stands beside the schema. */
function patternOf(regex: string | undefined): Schema {
  if (regex === undefined || regex === '') return {};
  try {
    return { pattern: new RegExp(`^(?:${regex})$`, 'u').source };
  } catch {
    return { 'x-pattern': regex };
  }
}

function defaultOf(parameter: ApiParameter, text: string): unknown {
  if (!parameter.isList) return typed(parameter.type, text);
  return parsed(text);
}

function typed(type: ParameterType, text: string): unknown {
  if (type === 'Boolean') return text.trim().toLowerCase() === 'true';
  if (/^(?:Float|U?Int)/.test(type)) return Number(text);
  return type === 'Json' || type === 'Any' ? parsed(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isSecret({ type }: ApiParameter): boolean {
  return type === 'Password' || type === 'Secret';
}
