import type { Json, JsonObject } from '../json.js';
import type { ResourceAction } from '../model.js';
import type { ManifestProblem } from './manifest/problem.js';
import { namedAt } from './manifest/naming-fields.js';

export interface TaintCheck {
  object: JsonObject;
  /** From `renderManifest`. */
  taintedPaths: readonly string[];
  chosenPaths?: readonly string[];
  chosenTexts?: readonly string[];
  action: ResourceAction;
  /** The instance's own namespace: a delete there can only reach the instance's own objects. */
  instanceNamespace?: string;
}

/** What Kubernetes and the platform call their own: namespaces, the account of runs, records of releases. */
const OURS = /^(?:kube-|cellplane|sh\.helm\.release\.)/;

/**
 * The taint rule (docs/architecture.md#manifests-are-structure-not-text): a value that was read from an object which the tenant can write may not name a namespace, a
 * secret, credentials, a service account or rights (`naming-fields.ts`), or what a delete removes outside the instance's own namespace.
 * What the tenant chose, a parameter, may: but nothing that Kubernetes or the platform calls its own. Undefined = nothing to object.
 */
export function checkTaint(check: TaintCheck): ManifestProblem | undefined {
  const { object, taintedPaths, action } = check;
  const namespaceTainted = taintedPaths.includes('metadata.namespace');
  const ownNamespace = check.instanceNamespace !== undefined && !namespaceTainted && namespaceOf(object) === check.instanceNamespace;
  for (const path of taintedPaths) {
    const role = roleOf(path, object['kind']);
    if (role === undefined || (role === 'an object to delete' && (action !== 'delete' || ownNamespace))) continue;
    return {
      code: 'tainted-identifier',
      line: 0,
      message: `${path} would name ${role} with a value read from an object that the tenant can change.`,
      cure: 'Use a value of the platform ($sys.…) or a parameter there.',
    };
  }
  return reservedName(check);
}

function reservedName({ object, chosenPaths = [], chosenTexts = [] }: TaintCheck): ManifestProblem | undefined {
  for (const [index, path] of chosenPaths.entries()) {
    const role = OURS.test(chosenTexts[index] ?? '') ? namedAt(path, object['kind']) : undefined;
    if (role === undefined) continue;
    return {
      code: 'reserved-name',
      line: 0,
      message: `${path} would name ${role} of Kubernetes or of the platform itself, with a value that the tenant chose.`,
      cure: 'Give the parameter another value.',
    };
  }
  return undefined;
}

function roleOf(path: string, kind: Json | undefined): string | undefined {
  return namedAt(path, kind) ?? (path === 'metadata.name' ? 'an object to delete' : undefined);
}

function namespaceOf(object: JsonObject): Json | undefined {
  const { metadata } = object;
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['namespace'] : undefined;
}
