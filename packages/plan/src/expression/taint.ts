import type { Json, JsonObject } from '../json.js';
import type { ResourceAction } from '../model.js';
import type { ManifestProblem } from './manifest-problem.js';

export interface TaintCheck {
  object: JsonObject;
  /** From `renderManifest`. */
  taintedPaths: readonly string[];
  action: ResourceAction;
  /** The instance's own namespace: a delete there can only reach the instance's own objects. */
  instanceNamespace?: string;
}

/** `secretName`, `tlsSecretNames[0]`, `secretKeyRef.name`, `imagePullSecrets[0].name`, `secrets[0]`. */
const SECRET_NAME = /(?:^|\.)[\w-]*[sS]ecret(?:Names?(?:\[\d+\])?|s?(?:Key)?(?:Ref|Reference|Selector)?s?(?:\[\d+\])?\.name|s\[\d+\])$/;
/** `namespace`, `sourceNamespace`, `includedNamespaces[0]`, `namespaceSelector.matchNames[0]`. */
const NAMESPACE = /(?:^|\.)(?:[\w-]*[nN]amespaces?(?:\[\d+\])?|[\w-]*[nN]amespace(?:Selector|Ref)\..+)$/;

/**
 * The taint rule (design 5.4): a value that was read from an object which the tenant can write may not name a namespace, a
 * secret, or what a delete removes outside the instance's own namespace. Undefined = nothing to object.
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
  return undefined;
}

function roleOf(path: string, kind: Json | undefined): string | undefined {
  if (path === 'metadata.name' && kind === 'Secret') return 'a secret';
  if (path === 'metadata.name' && kind === 'Namespace') return 'a namespace';
  if (path === 'metadata.name') return 'an object to delete';
  if (NAMESPACE.test(path)) return 'a namespace';
  return SECRET_NAME.test(path) ? 'a secret' : undefined;
}

function namespaceOf(object: JsonObject): Json | undefined {
  const { metadata } = object;
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['namespace'] : undefined;
}
