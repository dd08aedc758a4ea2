/**
 * What the account of a deployment cell's kubeconfig must be allowed. The account does three jobs: it installs (namespaces,
 * access of instances, charts), it watches the kinds that plans use, and it impersonates the ServiceAccount of an instance
 * for each write of a task. Pure.
 */

/** A right that is asked for in all namespaces. */
export interface Right {
  /** API group; empty for the core group. */
  group: string;
  /** Plural, such as `namespaces`; with a subresource, `pods/log`. */
  resource: string;
  verbs: string[];
  /** What Cellplane cannot do without it. */
  purpose: string;
  /** Cellplane works without it, with less to tell. */
  optional?: boolean;
  /** A kind of the plan that is checked, not of every plan. */
  ofPlan?: boolean;
}

/** A kind of a plan as the cluster serves it. */
export interface ServedKind {
  group: string;
  resource: string;
  /** What the tasks of the plan do with the kind. */
  verbs: string[];
}

const RBAC = 'rbac.authorization.k8s.io';

const ALWAYS: Right[] = [
  {
    group: '',
    resource: 'namespaces',
    verbs: ['get', 'list', 'create', 'patch', 'delete'],
    purpose: 'each instance has a namespace, which Cellplane makes and deletes',
  },
  {
    group: '',
    resource: 'serviceaccounts',
    verbs: ['create', 'patch', 'impersonate'],
    purpose: 'each instance has an account, and the writes of its tasks are made as this account',
  },
  {
    group: RBAC,
    resource: 'roles',
    verbs: ['create', 'patch', 'escalate', 'bind'],
    purpose:
      'each instance gets a Role with the kinds of its plan; without escalate and bind only rights that the account has itself can be given',
  },
  { group: RBAC, resource: 'rolebindings', verbs: ['create', 'patch'], purpose: 'the Role of an instance is bound to its account' },
  { group: '', resource: 'services', verbs: ['list'], purpose: 'endpoints are read from the Services of an instance' },
  {
    group: '',
    resource: 'pods',
    verbs: ['list'],
    purpose: 'the nodes of an instance are shown, a wait is explained by its Pods, and what they use is metered',
    optional: true,
  },
  {
    group: '',
    resource: 'persistentvolumeclaims',
    verbs: ['list'],
    purpose: 'the storage that an instance uses is metered; without it, it is not',
    optional: true,
  },
  {
    group: '',
    resource: 'events',
    verbs: ['list'],
    purpose: 'the Events of an instance are shown, and a wait is explained by them',
    optional: true,
  },
  { group: '', resource: 'pods/log', verbs: ['get'], purpose: 'the logs of an instance are shown', optional: true },
  {
    group: '',
    resource: 'secrets',
    verbs: ['list'],
    purpose: 'what Secrets hold is masked in logs, events and causes of an instance; without it only what its parameters and outputs hold',
    optional: true,
  },
  {
    group: 'metrics.k8s.io',
    resource: 'pods',
    verbs: ['list'],
    purpose: 'processor and memory of an instance are shown, where the cell has a metrics API',
    optional: true,
  },
  {
    group: '',
    resource: 'nodes',
    verbs: ['list'],
    purpose: 'cloud, region and zones are read from the nodes (or set CELLPLANE_CELL_PLACES)',
    optional: true,
  },
];

/** What the account must be allowed, for any plan and for these kinds of one plan. */
export function rightsFor(kinds: readonly ServedKind[]): Right[] {
  return [
    ...ALWAYS,
    ...kinds.map(({ group, resource, verbs }) => ({
      group,
      resource,
      verbs: ['get', 'list', 'watch', ...(verbs.includes('delete') ? ['delete'] : [])],
      purpose: 'the plan uses this kind, and its gates are judged on a watch',
      ofPlan: true,
    })),
  ];
}

/** Name of the ClusterRole, its binding and the account in the text that `clusterRole` makes. */
const ROLE_NAME = 'cellplane';

/**
 * The objects that give an account these rights: a ServiceAccount in the namespace `cellplane-system`, a ClusterRole, a binding.
 * Rights on the same kind are one rule.
 */
export function clusterRole(rights: readonly Right[]): object[] {
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const { group, resource, verbs } of rights) {
    const key = `${group}/${resource}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [resource], verbs: [] };
    rule.verbs.push(...verbs.filter((verb) => !rule.verbs.includes(verb)));
    rules.set(key, rule);
  }
  const account = { name: ROLE_NAME, namespace: 'cellplane-system' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: ROLE_NAME }, rules: [...rules.values()] },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: ROLE_NAME },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: ROLE_NAME },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}
