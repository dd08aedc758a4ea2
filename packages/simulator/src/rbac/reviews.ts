import type { Cell, User } from '../api/cell.js';
import { arrayAt, type JsonObject, objectAt, stringAt } from '../json.js';
import { timestamp } from '../clock.js';
import { emptySet } from '../fields/field-set.js';
import { afterUpdate, writeManagers } from '../fields/managers.js';
import { apiVersionOf, type Kind } from '../kinds/kind.js';
import { zeroOf } from '../schema/decode.js';
import { allowedBy, type Attributes, isAllowed, rulesFor } from './authorise.js';

/** Answers a review of access by the stored RBAC rules. */
export function answerReview(cell: Cell, kind: Kind, user: User, namespace: string, body: JsonObject, manager: string): JsonObject {
  const spec = objectAt(body, 'spec');
  if (kind.kind === 'SelfSubjectRulesReview')
    return {
      ...body,
      status: { resourceRules: rulesOf(cell, user, stringAt(spec, 'namespace')), nonResourceRules: [], incomplete: false },
    };
  const subject = kind.kind === 'SelfSubjectAccessReview' ? user : subjectOf(spec);
  const wanted = attributesOf(spec, namespace);
  const allowed = isAllowed(cell, subject, wanted);
  const reason = allowedBy(cell, subject, wanted);
  const managers = writeManagers(
    afterUpdate(
      kind.schema,
      zeroOf(kind.schema),
      { spec },
      [],
      { manager, operation: 'Update', apiVersion: apiVersionOf(kind), subresource: '' },
      emptySet(),
    ),
    timestamp(cell.clock),
  );
  return {
    ...body,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { ...objectAt(body, 'metadata'), ...(managers.length > 0 && { managedFields: managers }) },
    status: { allowed, ...(reason !== undefined && { reason }) },
  };
}

function rulesOf(cell: Cell, user: User, namespace: string): unknown[] {
  if (user.isAdmin) return [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  return rulesFor(cell, user, namespace).filter((rule) => arrayAt(rule, 'resources').length > 0);
}

function subjectOf(spec: JsonObject): User {
  const name = stringAt(spec, 'user');
  return { name, groups: [...groupsOf(name), ...arrayAt(spec, 'groups').map(String)], isAdmin: false };
}

/** Groups that a user has by the name alone. */
export function groupsOf(name: string): string[] {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  return account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`, 'system:authenticated'] : [];
}

function attributesOf(spec: JsonObject, namespace: string): Attributes {
  const path = objectAt(spec, 'nonResourceAttributes');
  if (typeof path.path === 'string')
    return { verb: stringAt(path, 'verb'), path: path.path, group: '', resource: '', subresource: '', namespace: '', name: '' };
  const wanted = objectAt(spec, 'resourceAttributes');
  return {
    verb: stringAt(wanted, 'verb'),
    group: stringAt(wanted, 'group'),
    resource: stringAt(wanted, 'resource'),
    subresource: stringAt(wanted, 'subresource'),
    namespace: stringAt(wanted, 'namespace') || namespace,
    name: stringAt(wanted, 'name'),
  };
}
