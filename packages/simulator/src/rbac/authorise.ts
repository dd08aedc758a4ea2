import { arrayAt, isObject, stringAt } from '../json.js';
import type { Cell, User } from '../api/cell.js';

/** What a request wants to do. */
export interface Attributes {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** Set for paths that are no resources; the other fields are empty then. */
  path?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/** True where the stored Roles and bindings allow it (kubernetes plugin/pkg/auth/authorizer/rbac). The cell's own token may do all. */
export function isAllowed(cell: Cell, user: User, wanted: Attributes): boolean {
  if (user.isAdmin || user.groups.includes('system:masters')) return true;
  if (wanted.path !== undefined && ALWAYS.some((path) => matchesPath(path, wanted.path ?? ''))) return true;
  if (wanted.group === 'authorization.k8s.io' && wanted.resource.startsWith('selfsubject') && wanted.verb === 'create') return true;
  return allowedBy(cell, user, wanted) !== undefined;
}

/** Which binding allows it, in the API server's words; undefined where none does. */
export function allowedBy(cell: Cell, user: User, wanted: Attributes): string | undefined {
  return grantsOf(cell, user, wanted.namespace).find((grant) => grant.rules.some((rule) => ruleAllows(rule, wanted)))?.reason;
}

/** What every authenticated user reads (`system:discovery`, `system:public-info-viewer`). */
const ALWAYS = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/readyz',
  '/livez/*',
  '/readyz/*',
  '/openapi',
  '/openapi/*',
  '/version',
  '/version/',
];

/** Rules that hold for a user in a namespace, cluster-wide ones included. */
export function rulesFor(cell: Cell, user: User, namespace: string): unknown[] {
  return grantsOf(cell, user, namespace).flatMap((grant) => grant.rules);
}

function grantsOf(cell: Cell, user: User, namespace: string): { rules: unknown[]; reason: string }[] {
  const bindings = [
    ...cell.store.list(`clusterrolebindings.${RBAC}`),
    ...(namespace === '' ? [] : cell.store.list(`rolebindings.${RBAC}`, namespace)),
  ];
  return bindings.flatMap((binding) => {
    const scope = stringAt(binding, 'metadata', 'namespace');
    const subject = arrayAt(binding, 'subjects').find((one) => isSubject(one, user, scope));
    if (subject === undefined) return [];
    const name = stringAt(binding, 'metadata', 'name');
    const account = stringAt(subject, 'kind') === 'ServiceAccount' ? `/${stringAt(subject, 'namespace') || scope}` : '';
    const reason = `RBAC: allowed by ${stringAt(binding, 'kind')} "${scope === '' ? name : `${name}/${scope}`}" of ${stringAt(binding, 'roleRef', 'kind')} "${stringAt(binding, 'roleRef', 'name')}" to ${stringAt(subject, 'kind')} "${stringAt(subject, 'name')}${account}"`;
    return [{ rules: rolesRules(cell, binding, scope), reason }];
  });
}

function isSubject(subject: unknown, user: User, namespace: string): boolean {
  const name = stringAt(subject, 'name');
  switch (stringAt(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${stringAt(subject, 'namespace') || namespace}:${name}`;
    default:
      return false;
  }
}

function rolesRules(cell: Cell, binding: unknown, namespace: string): unknown[] {
  const name = stringAt(binding, 'roleRef', 'name');
  const role =
    stringAt(binding, 'roleRef', 'kind') === 'ClusterRole'
      ? cell.store.get(`clusterroles.${RBAC}`, '', name)
      : cell.store.get(`roles.${RBAC}`, namespace, name);
  return arrayAt(role, 'rules');
}

const has = (list: unknown[], wanted: string) => list.includes('*') || list.includes(wanted);

/** True where one rule allows it. */
function ruleAllows(rule: unknown, wanted: Attributes): boolean {
  if (!isObject(rule) || !has(arrayAt(rule, 'verbs'), wanted.verb)) return false;
  if (wanted.path !== undefined) return arrayAt(rule, 'nonResourceURLs').some((one) => matchesPath(String(one), wanted.path ?? ''));
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const resources = arrayAt(rule, 'resources');
  const fits = has(resources, resource) || (wanted.subresource !== '' && resources.includes(`*/${wanted.subresource}`));
  const names = arrayAt(rule, 'resourceNames');
  return fits && has(arrayAt(rule, 'apiGroups'), wanted.group) && (names.length === 0 || names.includes(wanted.name));
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}

/** Why a request is forbidden, in the API server's words. */
export function forbiddenMessage(user: User, wanted: Attributes): string {
  if (wanted.path !== undefined)
    return `forbidden: User ${JSON.stringify(user.name)} cannot ${wanted.verb} path ${JSON.stringify(wanted.path)}`;
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const scope = wanted.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(wanted.namespace)}`;
  const qualified = wanted.group === '' ? wanted.resource : `${wanted.resource}.${wanted.group}`;
  const subject = wanted.name === '' ? `${qualified} is forbidden` : `${qualified} ${JSON.stringify(wanted.name)} is forbidden`;
  return `${subject}: User ${JSON.stringify(user.name)} cannot ${wanted.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(wanted.group)} ${scope}`;
}
