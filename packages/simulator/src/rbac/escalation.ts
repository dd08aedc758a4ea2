import type { Cell, User } from '../api/cell.js';
import { arrayAt, isObject, type JsonObject, stringAt } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import { ruleAllows, rulesFor } from './authorise.js';

const RBAC = 'rbac.authorization.k8s.io';

/** Why a user may not store this Role or binding: nobody grants what they do not hold (kubernetes rbac escalation check). Undefined where they may. */
export function grantProblem(cell: Cell, kind: Kind, user: User, namespace: string, body: JsonObject): string | undefined {
  if (kind.group !== RBAC || user.isAdmin || user.groups.includes('system:masters')) return undefined;
  const granted = kind.kind.endsWith('Binding') ? boundRules(cell, namespace, body) : arrayAt(body, 'rules');
  const held = rulesFor(cell, user, namespace);
  const missing = granted.filter((rule) => !covers(held, rule));
  if (missing.length === 0) return undefined;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing.map(printRule).join('\n')}`;
}

function boundRules(cell: Cell, namespace: string, binding: JsonObject): unknown[] {
  const name = stringAt(binding, 'roleRef', 'name');
  const role =
    stringAt(binding, 'roleRef', 'kind') === 'ClusterRole'
      ? cell.store.get(`clusterroles.${RBAC}`, '', name)
      : cell.store.get(`roles.${RBAC}`, namespace, name);
  return arrayAt(role, 'rules');
}

/** True where every verb on every resource of the rule is held. */
function covers(held: unknown[], rule: unknown): boolean {
  if (!isObject(rule)) return true;
  const names = arrayAt(rule, 'resourceNames').map(String);
  for (const verb of arrayAt(rule, 'verbs').map(String)) {
    for (const group of arrayAt(rule, 'apiGroups').map(String)) {
      for (const one of arrayAt(rule, 'resources').map(String)) {
        const [resource = '', subresource = ''] = one.split('/');
        for (const name of names.length > 0 ? names : ['']) {
          if (!held.some((have) => ruleAllows(have, { verb, group, resource, subresource, namespace: '', name }))) return false;
        }
      }
    }
    for (const path of arrayAt(rule, 'nonResourceURLs').map(String)) {
      if (!held.some((have) => ruleAllows(have, { verb, path, group: '', resource: '', subresource: '', namespace: '', name: '' })))
        return false;
    }
  }
  return true;
}

function printRule(rule: unknown): string {
  const list = (name: string) =>
    `[${arrayAt(rule, name)
      .map((one) => JSON.stringify(one))
      .join(' ')}]`;
  const names = arrayAt(rule, 'resourceNames').length > 0 ? `, ResourceNames:${list('resourceNames')}` : '';
  return `{APIGroups:${list('apiGroups')}, Resources:${list('resources')}${names}, Verbs:${list('verbs')}}`;
}
