import { randomBytes } from 'node:crypto';
import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { CONFIGURATION, type ClusterState, configurationOf, primaryOf } from './state.js';
import { restartAnnotation } from './failover.js';
import { change, ensureObject, type Operator, ownedBy } from '../behaviour.js';

type Made = JsonObject & { metadata: JsonObject };

/** Labels that every object of a Cluster has. */
const labelsOf = (state: ClusterState): JsonObject => ({
  ...objectAt(state.cluster, 'spec', 'inheritedMetadata', 'labels'),
  'cnpg.io/cluster': state.name,
});

function meta(state: ClusterState, name: string, labels: JsonObject = {}, annotations?: JsonObject): JsonObject {
  return {
    name,
    namespace: state.namespace,
    labels: { ...labelsOf(state), ...labels },
    ...(annotations && { annotations }),
    ownerReferences: ownedBy(state.cluster),
  };
}

/** Services, secrets, account, role and disruption budget of a Cluster, made once; services that the spec adds are kept as the spec says. */
export function ensureShared(operator: Operator, state: ClusterState): void {
  for (const object of [...services(state), ...secrets(state)]) ensureObject(operator, object);
  ensureObject(operator, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(state, state.name) });
  ensureObject(operator, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: meta(state, state.name),
    rules: [
      { apiGroups: ['postgresql.cnpg.io'], resources: ['clusters', 'clusters/status'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
    ],
  });
  ensureObject(operator, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: meta(state, state.name),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: state.name },
    subjects: [{ kind: 'ServiceAccount', name: state.name, namespace: state.namespace }],
  });
  if (at(state.cluster, 'spec', 'enablePDB') !== false) {
    ensureObject(operator, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: meta(state, `${state.name}-primary`),
      spec: { minAvailable: 1, selector: { matchLabels: { 'cnpg.io/cluster': state.name, 'cnpg.io/instanceRole': 'primary' } } },
    });
  }
}

const SELECTORS: Record<string, JsonObject> = {
  rw: { 'cnpg.io/instanceRole': 'primary' },
  ro: { 'cnpg.io/instanceRole': 'replica' },
  r: { 'cnpg.io/podRole': 'instance' },
};
const PORTS = [{ name: 'postgres', port: 5432, targetPort: 5432, protocol: 'TCP' }];

function services(state: ClusterState): Made[] {
  const disabled = arrayAt(state.cluster, 'spec', 'managed', 'services', 'disabledDefaultServices');
  const standard = Object.entries(SELECTORS)
    .filter(([type]) => !disabled.includes(type))
    .map(([type, selector]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(state, `${state.name}-${type}`),
      spec: { type: 'ClusterIP', ports: PORTS, selector: { 'cnpg.io/cluster': state.name, ...selector } },
    }));
  const additional = arrayAt(state.cluster, 'spec', 'managed', 'services', 'additional').map((one) => {
    const template = objectAt(one, 'serviceTemplate');
    const spec = objectAt(template, 'spec');
    const selector = { 'cnpg.io/cluster': state.name, ...SELECTORS[stringAt(one, 'selectorType')] };
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(
        state,
        stringAt(template, 'metadata', 'name'),
        { ...objectAt(template, 'metadata', 'labels'), 'cnpg.io/isManaged': 'true' },
        objectAt(template, 'metadata', 'annotations'),
      ),
      spec: { ...spec, ports: arrayAt(spec, 'ports').length > 0 ? spec.ports : PORTS, selector },
    };
  });
  return [...standard, ...additional.filter((one) => one.metadata.name !== '')];
}

function secrets(state: ClusterState): Made[] {
  const { cluster, name, namespace } = state;
  const initdb = objectAt(cluster, 'spec', 'bootstrap', 'initdb');
  const recovery = objectAt(cluster, 'spec', 'bootstrap', 'recovery');
  const database = stringAt(initdb, 'database') || stringAt(recovery, 'database') || 'app';
  const owner = stringAt(initdb, 'owner') || stringAt(recovery, 'owner') || database;
  const result = [];
  const own = stringAt(initdb, 'secret', 'name') || stringAt(recovery, 'secret', 'name');
  if (own === '') result.push(credentials(state, `${name}-app`, owner, database));
  if (at(cluster, 'spec', 'enableSuperuserAccess') === true && stringAt(cluster, 'spec', 'superuserSecret', 'name') === '')
    result.push(credentials(state, `${name}-superuser`, 'postgres', '*'));
  for (const kind of ['ca', 'server', 'replication']) {
    const data = { 'tls.crt': '', 'tls.key': '' };
    result.push({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...meta(state, `${name}-${kind}`), namespace },
      type: kind === 'ca' ? 'Opaque' : 'kubernetes.io/tls',
      stringData: kind === 'ca' ? { 'ca.crt': '', 'ca.key': '' } : data,
    });
  }
  return result;
}

function credentials(state: ClusterState, secret: string, user: string, database: string): Made {
  const password = randomBytes(48).toString('base64url');
  const host = `${state.name}-rw`;
  const full = `${host}.${state.namespace}.svc.cluster.local`;
  const uri = `postgresql://${user}:${password}@${host}.${state.namespace}:5432/${database}`;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(state, secret, { 'cnpg.io/userType': user === 'postgres' ? 'superuser' : 'app', 'cnpg.io/reload': 'true' }),
    type: 'kubernetes.io/basic-auth',
    stringData: {
      username: user,
      user,
      password,
      dbname: database,
      host,
      port: '5432',
      pgpass: `${host}:5432:${database}:${user}:${password}\n`,
      uri,
      'fqdn-uri': uri.replace(`${host}.${state.namespace}`, full),
      'jdbc-uri': `jdbc:postgresql://${host}.${state.namespace}:5432/${database}?password=${password}&user=${user}`,
    },
  };
}

/** The volume of an instance. */
export function ensureClaim(operator: Operator, state: ClusterState, serial: number): Stored | undefined {
  const name = `${state.name}-${serial}`;
  const storage = objectAt(state.cluster, 'spec', 'storage');
  return ensureObject(operator, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(
      state,
      name,
      { 'cnpg.io/instanceName': name, 'cnpg.io/pvcRole': 'PG_DATA' },
      { 'cnpg.io/nodeSerial': String(serial), 'cnpg.io/pvcStatus': 'ready', 'cnpg.io/operatorVersion': '1.29.1' },
    ),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: stringAt(storage, 'size') || '1Gi' } },
      volumeMode: 'Filesystem',
      ...(storage.storageClass !== undefined && { storageClassName: storage.storageClass }),
    },
  });
}

/** Grows the volumes where the spec asks for more. */
export function resizeClaims(operator: Operator, state: ClusterState): void {
  const size = stringAt(state.cluster, 'spec', 'storage', 'size');
  if (size === '') return;
  for (const claim of state.claims) {
    if (at(claim, 'spec', 'resources', 'requests', 'storage') === size) continue;
    change(operator, claim, (next) => {
      if (isObject(next.spec)) next.spec.resources = { ...objectAt(next.spec, 'resources'), requests: { storage: size } };
    });
  }
}

/** The job that fills an instance's volume: `initdb`, `full-recovery` or `join`. */
export function ensureJob(operator: Operator, state: ClusterState, serial: number, role: string): Stored | undefined {
  const name = `${state.name}-${serial}-${role}`;
  const labels = { 'cnpg.io/instanceName': `${state.name}-${serial}`, 'cnpg.io/jobRole': role };
  return ensureObject(operator, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta(state, name, labels),
    spec: {
      template: {
        metadata: { labels: { ...labelsOf(state), ...labels } },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: role, image: state.image, command: ['/controller/manager', 'instance', role] }],
        },
      },
    },
  });
}

/** The pod of an instance. */
export function ensurePod(operator: Operator, state: ClusterState, claim: Stored): Stored | undefined {
  const name = String(claim.metadata.name);
  const primary = primaryOf(state) || name;
  const role = primary === name ? 'primary' : 'replica';
  const serial = objectAt(claim, 'metadata', 'annotations')['cnpg.io/nodeSerial'];
  return ensureObject(operator, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(
      state,
      name,
      { 'cnpg.io/instanceName': name, 'cnpg.io/podRole': 'instance', 'cnpg.io/instanceRole': role, role },
      { 'cnpg.io/nodeSerial': serial, [CONFIGURATION]: configurationOf(state).all, ...restartAnnotation(state.cluster) },
    ),
    spec: {
      serviceAccountName: state.name,
      hostname: name,
      terminationGracePeriodSeconds: 1800,
      containers: [
        {
          name: 'postgres',
          image: state.image,
          ports: [{ name: 'postgresql', containerPort: 5432 }],
          resources: objectAt(state.cluster, 'spec', 'resources'),
          volumeMounts: [{ name: 'pgdata', mountPath: '/var/lib/postgresql/data' }],
        },
      ],
      volumes: [{ name: 'pgdata', persistentVolumeClaim: { claimName: name } }],
    },
  });
}
