import { apply, del, get, merge, post, put } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

type Json = Record<string, unknown>;
const inside = (scenario: string, plural: string, name = '') =>
  `/api/v1/namespaces/${namespaceOf(scenario)}/${plural}${name === '' ? '' : `/${name}`}`;
const config = (name: string, metadata: Json = {}, data: Json = { a: '1' }): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

function access(): Scenario {
  const n = 'access';
  const namespace = namespaceOf(n);
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const as = { headers: { 'impersonate-user': `system:serviceaccount:${namespace}:worker` } };
  const review = (attributes: Json) => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  });
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const role = (name: string, rules: Json[]) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules });
  const binding = (name: string, roleName: string, subjects: Json[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roleName },
    subjects,
  });
  const worker = { kind: 'ServiceAccount', name: 'worker', namespace };
  return {
    name: n,
    steps: [
      get('get without a right', inside(n, 'configmaps', 'x'), as),
      get('list without a right', inside(n, 'configmaps'), as),
      get('list of all namespaces', '/api/v1/configmaps', as),
      get('cluster scope', '/api/v1/nodes/x', as),
      get('a group', `/apis/apps/v1/namespaces/${namespace}/deployments/x`, as),
      get('a subresource', `/apis/apps/v1/namespaces/${namespace}/deployments/x/status`, as),
      get('an unknown kind', `/apis/nothing.example.com/v1/namespaces/${namespace}/things`, as),
      post('create without a right', inside(n, 'configmaps'), config('x'), as),
      del('delete without a right', inside(n, 'configmaps', 'x'), undefined, as),
      { ...apply('apply without a right', inside(n, 'configmaps', 'x'), 'me', config('x')), ...as },
      get('another namespace', '/api/v1/namespaces/kube-system/secrets/x', as),
      get('a namespace', `/api/v1/namespaces/${namespace}`, as),
      get('a path', '/metrics', as),
      post(
        'role',
        `${rbac}/roles`,
        role('worker', [
          { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'patch', 'create'] },
          { apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'], verbs: ['get'] },
        ]),
      ),
      post('binding', `${rbac}/rolebindings`, binding('worker', 'worker', [worker])),
      get('now it may', inside(n, 'configmaps', 'x'), { ...as, until: (answer) => answer.code !== 403 }),
      { ...apply('apply', inside(n, 'configmaps', 'x'), 'me', config('x')), ...as },
      del('not delete', inside(n, 'configmaps', 'x'), undefined, as),
      get('a named one', inside(n, 'secrets', 'mine'), as),
      get('not another one', inside(n, 'secrets', 'yours'), as),
      get('still not elsewhere', '/api/v1/namespaces/default/configmaps/x', as),
      post('review: yes', reviews, review({ namespace, verb: 'get', resource: 'configmaps' }), as),
      post('review: no', reviews, review({ namespace, verb: 'delete', resource: 'configmaps' }), as),
      post('bad role', `${rbac}/roles`, role('bad', [{ apiGroups: [''], resources: ['pods'], verbs: [] }])),
      post('role without groups', `${rbac}/roles`, role('bad', [{ resources: ['pods'], verbs: ['get'] }])),
      post('role with a path', `${rbac}/roles`, role('bad', [{ nonResourceURLs: ['/x'], verbs: ['get'] }])),
      post('bad subject', `${rbac}/rolebindings`, binding('bad', 'worker', [{ kind: 'Martian', name: 'x' }])),
      post('account without namespace', `${rbac}/rolebindings`, binding('bad', 'worker', [{ kind: 'ServiceAccount', name: 'x' }])),
      merge('another role of a binding', `${rbac}/rolebindings/worker`, { roleRef: { name: 'other' } }),
      post('binding of a user', `${rbac}/rolebindings`, binding('user', 'worker', [{ kind: 'User', name: 'jane' }])),
      post('empty role', `${rbac}/roles`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'empty' } }),
    ],
  };
}

function builtins(): Scenario {
  const n = 'builtins';
  const namespace = namespaceOf(n);
  const dry = (group: string, plural: string) =>
    `/${group === 'v1' ? 'api/v1' : `apis/${group}`}/namespaces/${namespace}/${plural}?dryRun=All`;
  const make = (name: string, apiVersion: string, kind: string, plural: string, rest: Json): Step =>
    post(name, dry(apiVersion, plural), { apiVersion, kind, metadata: { name: 'x' }, ...rest });
  const template = (more: Json = {}) => ({
    metadata: { labels: { app: 'x' } },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...more },
  });
  const selector = { matchLabels: { app: 'x' } };
  const service = (name: string, spec: Json) => make(`service: ${name}`, 'v1', 'Service', 'services', { spec });
  const deployment = (name: string, spec: Json) => make(`deployment: ${name}`, 'apps/v1', 'Deployment', 'deployments', { spec });
  const pod = (name: string, spec: Json) =>
    make(`pod template: ${name}`, 'v1', 'PodTemplate', 'podtemplates', { template: template(spec) });
  return {
    name: n,
    steps: [
      deployment('defaults', { selector, template: template() }),
      deployment('recreate', { selector, strategy: { type: 'Recreate' }, template: template() }),
      deployment('no selector', { template: template() }),
      deployment('wrong labels', { selector: { matchLabels: { app: 'y' } }, template: template() }),
      deployment('no containers', { selector, template: { metadata: { labels: { app: 'x' } }, spec: {} } }),
      deployment('negative replicas', { replicas: -1, selector, template: template() }),
      deployment('text for replicas', { replicas: 'two', selector, template: template() }),
      deployment('restart policy', { selector, template: template({ restartPolicy: 'Never' }) }),
      make('stateful set', 'apps/v1', 'StatefulSet', 'statefulsets', {
        spec: {
          selector,
          serviceName: 's',
          template: template(),
          volumeClaimTemplates: [
            { metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
          ],
        },
      }),
      make('replica set', 'apps/v1', 'ReplicaSet', 'replicasets', { spec: { selector, template: template() } }),
      make('daemon set', 'apps/v1', 'DaemonSet', 'daemonsets', { spec: { selector, template: template() } }),
      make('job', 'batch/v1', 'Job', 'jobs', { spec: { template: template({ restartPolicy: 'Never' }) } }),
      make('job with a bad policy', 'batch/v1', 'Job', 'jobs', { spec: { template: template() } }),
      make('cron job', 'batch/v1', 'CronJob', 'cronjobs', {
        spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: template({ restartPolicy: 'OnFailure' }) } } },
      }),
      pod('defaults', {}),
      pod('volumes', {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', configMap: { name: 'c' } },
          { name: 'c', secret: { secretName: 's' } },
          { name: 'd', projected: { sources: [{ configMap: { name: 'c' } }] } },
        ],
      }),
      pod('probes', {
        containers: [
          {
            name: 'c',
            image: 'i',
            livenessProbe: { httpGet: { port: 80 } },
            readinessProbe: { tcpSocket: { port: 'p' } },
            ports: [{ containerPort: 80, name: 'p' }],
          },
        ],
      }),
      pod('environment', {
        containers: [
          {
            name: 'c',
            image: 'i',
            env: [
              { name: 'A', value: '' },
              { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
            ],
            envFrom: [{ configMapRef: { name: 'c' } }],
          },
        ],
      }),
      pod('resources', { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1', memory: '512Mi' } } }] }),
      pod('account', { serviceAccountName: 'a', securityContext: { runAsUser: 5 }, initContainers: [{ name: 'i', image: 'j:latest' }] }),
      pod('empty parts', { containers: [{ name: 'c', image: 'i', args: [], env: [], ports: [] }], nodeSelector: {}, tolerations: [] }),
      pod('unknown field', { bogus: 1 }),
      service('defaults', { ports: [{ port: 80 }], selector: { a: 'b' } }),
      service('headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
      service('node port', { type: 'NodePort', ports: [{ port: 80 }] }),
      service('balancer', { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 'web' }] }),
      service('external', { type: 'ExternalName', externalName: 'example.com' }),
      service('no ports', {}),
      service('bad port', { ports: [{ port: 70000 }] }),
      service('unnamed ports', { ports: [{ port: 80 }, { port: 81 }] }),
      service('bad type', { type: 'Carrier', ports: [{ port: 80 }] }),
      make('service with a dotted name', 'v1', 'Service', 'services', { metadata: { name: 'a.b' }, spec: { ports: [{ port: 80 }] } }),
      make('claim', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
      }),
      make('claim without mode', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
        spec: { resources: { requests: { storage: '1Gi' } } },
      }),
      make('claim without size', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { spec: { accessModes: ['ReadWriteOnce'] } }),
      make('account', 'v1', 'ServiceAccount', 'serviceaccounts', {}),
      make('secret', 'v1', 'Secret', 'secrets', {}),
      make('quota', 'v1', 'ResourceQuota', 'resourcequotas', { spec: { hard: { pods: '5' } } }),
      make('ingress', 'networking.k8s.io/v1', 'Ingress', 'ingresses', {
        spec: {
          rules: [
            {
              host: 'a.example.com',
              http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] },
            },
          ],
        },
      }),
      make('network policy', 'networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', {
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
      }),
      make('disruption budget', 'policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { spec: { minAvailable: 1, selector } }),
      make('lease', 'coordination.k8s.io/v1', 'Lease', 'leases', { spec: { holderIdentity: 'me', leaseDurationSeconds: 5 } }),
      make('event', 'v1', 'Event', 'events', {
        involvedObject: { kind: 'Pod', name: 'p', namespace },
        reason: 'R',
        message: 'M',
        type: 'Normal',
      }),
      post('storage class', '/apis/storage.k8s.io/v1/storageclasses?dryRun=All', {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'simdiff' },
        provisioner: 'example.com/x',
      }),
      post('config map in the cluster scope', '/api/v1/configmaps', config('x')),
      put('update of a lease without version', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/x`, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'x' },
      }),
      get('resources of batch', '/apis/nonexistent.example.com/v1'),
    ],
  };
}

function services(): Scenario {
  const n = 'services';
  const all = inside(n, 'services');
  const one = inside(n, 'services', 'one');
  const body = (spec: Json): Json => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'one' }, spec });
  return {
    name: n,
    steps: [
      apply('create by apply', one, 'me', body({ ports: [{ port: 80, name: 'web' }], selector: { a: 'b' } })),
      apply('the same', one, 'me', body({ ports: [{ port: 80, name: 'web' }], selector: { a: 'b' } })),
      apply(
        'another port',
        one,
        'me',
        body({
          ports: [
            { port: 80, name: 'web' },
            { port: 81, name: 'more' },
          ],
          selector: { a: 'b' },
        }),
      ),
      apply('only the other port', one, 'me', body({ ports: [{ port: 81, name: 'more' }], selector: { a: 'b' } })),
      apply('a target', one, 'you', body({ ports: [{ port: 81, targetPort: 'x' }] })),
      apply('a target, forced', one, 'you', body({ ports: [{ port: 81, targetPort: 'x' }] }), '&force=true'),
      merge('another address', one, { spec: { clusterIP: '10.96.200.200' } }),
      put('put without address', one, body({ ports: [{ port: 82 }] })),
      merge('to a node port', one, { spec: { type: 'NodePort' } }),
      merge('a note', one, { metadata: { annotations: { a: 'b' } } }),
      merge('back', one, { spec: { type: 'ClusterIP' } }),
      { name: 'delete', method: 'DELETE', path: one },
      get('list', all),
    ],
  };
}

/** Scenarios on access and on defaults and rules of built-in kinds. */
export const kindScenarios: Scenario[] = [access(), builtins(), services()];
