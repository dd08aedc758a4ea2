import { TAINTED_SYSTEM_PATHS, touches } from './always-tainted.js';
import { readJson } from './json/exact-json.js';
import type { Json } from '../json.js';
import type { ParameterType } from '../model.js';
import { failed, ok } from '../result.js';
import type { PathSegment, Reference } from './expression.js';
import { readPath } from './path.js';
import { ExpressionWork } from './work.js';
import { type Charged, type Evaluation, own, type ResourceContext, unresolved } from './context.js';

export function evaluateReference(reference: Reference, context: Charged): Evaluation {
  const { path, text } = reference;
  const [first, ...rest] = path;
  const key = first !== undefined && 'key' in first ? first.key : '';
  switch (reference.root) {
    case 'sys': {
      const value = readPath(context.sys, path, context.work.patterns);
      if (value === undefined) return unresolved(text);
      return ok({
        value,
        source: text,
        ...(touches(path, TAINTED_SYSTEM_PATHS) ? { tainted: true as const } : {}),
        ...(touches(path, context.secretSys ?? []) ? { secret: true as const } : {}),
      });
    }
    case 'var': {
      const parameter = own(context.parameters, key);
      return parameter === undefined ? unresolved(text) : readParameter(parameter, rest, text, context.work);
    }
    case 'secret': {
      const value = context.secrets(key);
      return value === undefined
        ? unresolved(text, 'Store the secret under this name for the environment.')
        : ok({ value, source: text, secret: true });
    }
    case 'resource':
      return evaluateResource(reference, context);
    case 'tasks':
      return evaluateTask(reference, context);
  }
}

function evaluateResource(reference: Reference, context: Charged): Evaluation {
  const { path, text, scope = 'out' } = reference;
  const resource = findResource(context.resources, reference.name ?? '');
  if (resource === undefined) return unresolved(text, 'Name the resource in dependsOn.');
  const [first, ...rest] = path;
  const key = first !== undefined && 'key' in first ? first.key : '';
  if (scope === 'var') {
    const value = own(resource.var, key);
    if (value === undefined) return unresolved(text);
    return readParameter({ value, type: own(resource.types ?? {}, key) }, rest, text, context.work);
  }
  const value = readPath(resource[scope], path, context.work.patterns);
  if (value === undefined) return unresolved(text);
  if (scope === 'sys') return ok({ value, source: text });
  return ok({ value, source: text, tainted: true, ...(resource.secretOut?.includes(key) ? { secret: true as const } : {}) });
}

/** A missing path is null, a missing task or object is an error (docs/reference/plan-language.md#outputs). */
function evaluateTask(reference: Reference, context: Charged): Evaluation {
  const { path, text, name = '' } = reference;
  const object = own(context.tasks ?? {}, name);
  if (object === undefined || object === null) {
    return failed({
      code: 'missing-task',
      expression: text,
      message:
        object === null ? `The task ${name} has no object to read ${text} from.` : `${text} names the task ${name}, which did not run.`,
      cure: 'Name a task that always runs and whose object is kept (apply, create, patch or get).',
    });
  }
  const secret = object['kind'] === 'Secret' ? { secret: true as const } : {};
  return ok({ value: readPath(object, path, context.work.patterns) ?? null, source: text, tainted: true, ...secret });
}

function readParameter(
  parameter: { value: Json; type?: ParameterType | undefined },
  rest: readonly PathSegment[],
  text: string,
  work: ExpressionWork,
): Evaluation {
  const { type } = parameter;
  const structured = type === 'Json' || type === 'Any';
  const value = readPath(rest.length > 0 && type === 'Json' ? parsedJson(parameter.value, work) : parameter.value, rest, work.patterns);
  if (value === undefined) return unresolved(text);
  const keepsType = type !== undefined && (rest.length === 0 || structured);
  const secret = type === 'Password' || type === 'Secret';
  return ok({ value, source: text, ...(keepsType ? { type } : {}), ...(secret ? { secret: true as const } : {}) });
}

/** A Json parameter may have been given as text. */
function parsedJson(value: Json, work: ExpressionWork): Json {
  if (typeof value !== 'string') return value;
  work.spend(value.length);
  try {
    return readJson(value);
  } catch {
    return value;
  }
}

/** "Redis Cluster", `redisCluster` and `redis-cluster` are one resource (docs/reference/plan-language.md#names-of-resources). */
function findResource(resources: Record<string, ResourceContext>, name: string): ResourceContext | undefined {
  const exact = own(resources, name);
  if (exact !== undefined) return exact;
  const wanted = plainKey(name);
  const found = Object.keys(resources).find((key) => plainKey(key) === wanted);
  return found === undefined ? undefined : resources[found];
}

function plainKey(key: string): string {
  return key.toLowerCase().replace(/[\s_-]+/g, '');
}
