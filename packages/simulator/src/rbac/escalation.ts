import type { Cell, User } from '../api/cell.js';
import { forbidden, notFound, StatusError } from '../api/status.js';
import { arrayAt, copy, equal, isObject, objectAt, stringAt } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import { isAllowed, rulesFor } from './authorise.js';
import { isPrivileged, missingRules, printRule } from './rule-cover.js';

const RBAC = 'rbac.authorization.k8s.io';

/** A Role or binding that is about to be stored, whatever the request's verb. */
interface Grant {
  user: User;
  /** Of the request; '' for cluster-wide kinds. */
  namespace: string;
  /** The name in the request's URL; '' for POST. */
  requested: string;
  object: Stored;
  live: Stored | undefined;
}

/**
 * Nobody grants what they do not hold (kubernetes registry/rbac `policybased`): looked at where the object is written, so by create,
 * update, every patch and apply. The verbs `escalate` and `bind` are the ways around it. Throws 403, and 404 for a role that is not there.
 */
export function refuseEscalation(cell: Cell, kind: Kind, grant: Grant): void {
  const { user, object, live } = grant;
  if (kind.group !== RBAC || isPrivileged(user) || (live !== undefined && changesOwnershipOnly(object, live))) return;
  const granted = kind.kind.endsWith('Binding') ? boundRules(cell, kind, grant) : grantedRules(cell, kind, grant);
  if (granted === undefined) return;
  const held = rulesFor(cell, user, grant.namespace);
  const name = stringAt(object, 'metadata', 'name');
  const missing = missingRules(held, granted);
  if (missing.length === 0) {
    if (kind.kind === 'ClusterRole' && (collects(object) || collects(live)) && missingRules(held, ALL_RULES).length > 0)
      throw forbidden(kind, name, 'must have cluster-admin privileges to use the aggregationRule');
    return;
  }
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const list = [...new Set(missing.map(printRule))].sort().join('\n');
  const why = `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${list}`;
  throw forbidden(kind, name, why);
}

/** True where only what the garbage collector needs to change is changed; also where nothing is. */
function changesOwnershipOnly(object: Stored, live: Stored): boolean {
  const next = copy(object);
  for (const field of ['ownerReferences', 'finalizers', 'managedFields']) {
    if (live.metadata[field] === undefined) delete next.metadata[field];
    else next.metadata[field] = live.metadata[field];
  }
  return equal(next, live);
}

const ALL_RULES = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/** A ClusterRole that collects others may come to grant everything. */
const collects = (role: Stored | undefined) => arrayAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0;

/** What a role grants; undefined where the user may grant anything. */
function grantedRules(cell: Cell, kind: Kind, { user, namespace, requested, object }: Grant): unknown[] | undefined {
  const wanted = { verb: 'escalate', group: RBAC, resource: kind.plural, subresource: '', namespace, name: requested };
  if (isAllowed(cell, user, wanted)) return undefined;
  return arrayAt(object, 'rules');
}

/** What a binding hands out; undefined where the user may bind that role. */
function boundRules(cell: Cell, kind: Kind, { user, namespace, object }: Grant): unknown[] | undefined {
  const reference = objectAt(object, 'roleRef');
  const name = stringAt(reference, 'name');
  const resource = reference.kind === 'ClusterRole' ? 'clusterroles' : reference.kind === 'Role' ? 'roles' : '';
  if (resource === '')
    throw new StatusError(
      500,
      'InternalError',
      `Internal error occurred: unsupported role reference kind: ${JSON.stringify(reference.kind ?? '')}`,
      {
        causes: [{ message: `unsupported role reference kind: ${JSON.stringify(reference.kind ?? '')}` }],
      },
    );
  if (isAllowed(cell, user, { verb: 'bind', group: RBAC, resource, subresource: '', namespace, name })) return undefined;
  const role = cell.store.get(`${resource}.${RBAC}`, resource === 'roles' ? namespace : '', name);
  // The API server names the resource of the request here.
  if (!isObject(role)) throw notFound(kind, name);
  return arrayAt(role, 'rules');
}
