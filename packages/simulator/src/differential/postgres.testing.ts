import { get, merge, post, when } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

type Json = Record<string, unknown>;

const NAME = 'postgres';
const GROUP = `/apis/postgresql.cnpg.io/v1/namespaces/${namespaceOf(NAME)}`;
const ONE = `${GROUP}/clusters/one`;

/** A Cluster as the example plan makes it; parts of the spec are replaced, undefined ones left out. */
const cluster = (spec: Json = {}, metadata: Json = {}): Json => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'x', ...metadata },
  spec: {
    instances: 1,
    imageName: 'ghcr.io/cloudnative-pg/postgresql:15',
    bootstrap: { initdb: { database: 'app', owner: 'app' } },
    storage: { size: '2Gi', storageClass: 'gp3' },
    ...spec,
  },
});
const asks = (name: string, spec: Json, metadata: Json = {}): Step =>
  post(name, `${GROUP}/clusters?dryRun=All`, cluster(spec, metadata), { verdict: true });
const changes = (name: string, spec: Json): Step => merge(name, `${ONE}?dryRun=All`, { spec }, { verdict: true });
const parameters = (values: Json): Json => ({ postgresql: { parameters: values } });
const recovery = (options: Json, externalClusters: Json[] = [{ name: 'origin', plugin: { name: 'p', parameters: {} } }]): Json => ({
  bootstrap: { recovery: { source: 'origin', ...options } },
  externalClusters,
});
const target = (recoveryTarget: Json): Json => recovery({ recoveryTarget });
const service = (name: string, spec: Json = {}): Json => ({ selectorType: 'rw', serviceTemplate: { metadata: { name }, spec } });
const added = (...additional: Json[]): Json => ({ managed: { services: { additional } } });
const roles = (...list: Json[]): Json => ({ managed: { roles: list } });
const other =
  (kind: string, plural: string) =>
  (name: string, spec: Json, metadata: Json = {}): Step =>
    post(
      `${kind}: ${name}`,
      `${GROUP}/${plural}?dryRun=All`,
      { apiVersion: 'postgresql.cnpg.io/v1', kind, metadata: { name: 'x', ...metadata }, spec: { cluster: { name: 'one' }, ...spec } },
      { verdict: true },
    );
const backup = other('Backup', 'backups');
const scheduled = other('ScheduledBackup', 'scheduledbackups');
const database = other('Database', 'databases');

/**
 * What CloudNativePG's webhooks and schemas refuse of the fields that plans use. Left out: values of a wrong type, which the operator refuses
 * in the words of Go's JSON library (400) before the schema is looked at, and the cell by the schema (422).
 */
function postgres(): Scenario {
  return {
    name: NAME,
    charts: [{ name: 'cloudnative-pg', version: '0.28.2' }],
    steps: [
      // The operator's webhook answers a moment after its Deployment is there.
      post('the operator answers', `${GROUP}/clusters?dryRun=All`, cluster(), { unrecorded: true, until: (answer) => answer.code === 201 }),
      asks('a good one', {}),
      asks('no instances', { instances: 0 }),
      asks('name with a dot', {}, { name: 'a.b' }),
      asks('name that begins with a digit', {}, { name: '1a' }),
      asks('name of 50', {}, { name: 'a'.repeat(50) }),
      asks('name of 51', {}, { name: 'a'.repeat(51) }),
      asks('no size', { storage: { storageClass: 'gp3' } }),
      asks('a size that is none', { storage: { size: 'large' } }),
      asks('a size with a wrong unit', { storage: { size: '10GB' } }),
      asks('no storage', { storage: undefined }),
      asks('wal storage without a size', { walStorage: {} }),
      asks('image latest', { imageName: 'ghcr.io/cloudnative-pg/postgresql:latest' }),
      asks('image without a tag', { imageName: 'ghcr.io/cloudnative-pg/postgresql' }),
      asks('image by digest alone', { imageName: `ghcr.io/cloudnative-pg/postgresql@sha256:${'a'.repeat(64)}` }),
      asks('image of no version', { imageName: 'ghcr.io/cloudnative-pg/postgresql:bookworm' }),
      asks('image too old', { imageName: 'ghcr.io/cloudnative-pg/postgresql:12.4' }),
      asks('image with a minor version and more', { imageName: 'ghcr.io/cloudnative-pg/postgresql:16.2-3-bookworm' }),
      asks('a pull policy', { imagePullPolicy: 'Sometimes' }),
      asks('database without owner', { bootstrap: { initdb: { database: 'app' } } }),
      asks('owner without database', { bootstrap: { initdb: { owner: 'app' } } }),
      asks('two methods', { ...recovery({}), bootstrap: { recovery: { source: 'origin' }, initdb: { database: 'a', owner: 'a' } } }),
      asks('segment size', { bootstrap: { initdb: { database: 'a', owner: 'a', walSegmentSize: 15 } } }),
      asks('segment size too large', { bootstrap: { initdb: { database: 'a', owner: 'a', walSegmentSize: 2048 } } }),
      asks('recovery', recovery({})),
      asks('recovery with a database alone', recovery({ database: 'app' })),
      asks('recovery from nowhere', recovery({}, [])),
      asks('recovery from a place without a way', recovery({}, [{ name: 'origin' }])),
      asks(
        'the same origin twice',
        recovery({}, [
          { name: 'origin', plugin: { name: 'p' } },
          { name: 'origin', plugin: { name: 'p' } },
        ]),
      ),
      asks('target time', target({ targetTime: '2026-01-02T03:04:05Z' })),
      asks('target time of PostgreSQL', target({ targetTime: '2026-01-02 03:04:05.6+00' })),
      asks('a target time that is none', target({ targetTime: 'yesterday' })),
      asks('two targets', target({ targetTime: '2026-01-02T03:04:05Z', targetLSN: '0/1' })),
      asks('target immediate without a backup', target({ targetImmediate: true })),
      asks('target immediate', target({ targetImmediate: true, backupID: '20260102T030405' })),
      asks('a bad LSN', target({ targetLSN: 'x' })),
      asks('a bad timeline', target({ targetTime: '2026-01-02T03:04:05Z', targetTLI: '0' })),
      asks('base backup of nobody', { bootstrap: { pg_basebackup: { source: 'nobody' } } }),
      asks('parameters', parameters({ max_connections: '200', shared_buffers: '256MB' })),
      asks('a fixed parameter', parameters({ port: '5433' })),
      asks('another fixed parameter', parameters({ listen_addresses: '127.0.0.1' })),
      asks('a fixed parameter with its own value', parameters({ log_destination: 'csvlog', logging_collector: 'on' })),
      asks('archive mode', parameters({ archive_mode: 'off' })),
      asks('preload libraries as a parameter', parameters({ shared_preload_libraries: 'pg_stat_statements' })),
      asks('a bad wal_level', parameters({ wal_level: 'none' })),
      asks('wal_level minimal', parameters({ wal_level: 'minimal' })),
      asks('shared_buffers that are none', parameters({ shared_buffers: 'many' })),
      asks('shared_buffers without a unit', parameters({ shared_buffers: '256' })),
      asks('wal sizes', parameters({ min_wal_size: '2GB', max_wal_size: '1GB' })),
      asks('a bad wal size', parameters({ max_wal_size: '1Gi' })),
      asks('hints off with replicas', { instances: 2, ...parameters({ wal_log_hints: 'off' }) }),
      asks('a bad boolean', parameters({ hot_standby_feedback: 'maybe' })),
      asks('sync replicas', { instances: 2, maxSyncReplicas: 2 }),
      asks('min above max', { instances: 3, minSyncReplicas: 2, maxSyncReplicas: 1 }),
      asks('negative sync replicas', { minSyncReplicas: -1 }),
      asks('synchronous number', { instances: 2, postgresql: { synchronous: { method: 'any', number: 2 } } }),
      asks('a service of one’s own', added(service('x-writer', { type: 'LoadBalancer' }))),
      asks('a reserved service', added(service('x-rw'))),
      asks('a service without a name', added({ selectorType: 'rw', serviceTemplate: {} })),
      asks('the same service twice', added(service('a'), service('a'))),
      asks('a service with a selector', added(service('a', { selector: { a: 'b' } }))),
      asks('a service of no type', added({ ...service('a'), selectorType: 'x' })),
      asks('no write service', { managed: { services: { disabledDefaultServices: ['rw'] } } }),
      asks('no read service', { managed: { services: { disabledDefaultServices: ['ro', 'r'] } } }),
      asks('roles', roles({ name: 'jane', login: true })),
      asks('a reserved role', roles({ name: 'postgres' })),
      asks('a role of PostgreSQL', roles({ name: 'pg_monitor' })),
      asks('the same role twice', roles({ name: 'jane' }, { name: 'jane' })),
      asks('requests above limits', { resources: { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '1', memory: '1Gi' } } }),
      asks('memory below the buffers', { resources: { requests: { memory: '128Mi' } }, ...parameters({ shared_buffers: '256MB' }) }),
      asks('hibernation', {}, { annotations: { 'cnpg.io/hibernation': 'on' } }),
      asks('hibernation as a word', {}, { annotations: { 'cnpg.io/hibernation': 'true' } }),
      asks('two archivers', {
        plugins: [
          { name: 'a', isWALArchiver: true },
          { name: 'b', isWALArchiver: true },
        ],
      }),
      asks('an archiver that is off', {
        plugins: [
          { name: 'a', isWALArchiver: true },
          { name: 'b', isWALArchiver: true, enabled: false },
        ],
      }),
      asks('a plugin without a name', { plugins: [{ isWALArchiver: true }] }),
      asks('environment', { env: [{ name: 'PGPORT', value: '1' }] }),
      asks('supervised with one instance', { primaryUpdateStrategy: 'supervised' }),
      asks('an update strategy', { primaryUpdateStrategy: 'whenever' }),
      asks('a log level', { logLevel: 'loud' }),
      asks('affinity', { affinity: { podAntiAffinityType: 'perhaps' } }),
      asks('a toleration', { affinity: { tolerations: [{ operator: 'Equal', value: 'x' }] } }),
      asks('a superuser secret without a name', { superuserSecret: { name: '' } }),
      asks('an unknown field', { replicas: 3 }),
      asks('several at once', { instances: 2, maxSyncReplicas: 2, imageName: 'x:latest', storage: { size: 'x' } }),
      backup('plugin', { method: 'plugin', pluginConfiguration: { name: 'p' } }),
      backup('plugin without a name', { method: 'plugin' }),
      backup('online without volume snapshots', { online: true }),
      backup('method', { method: 'tape' }),
      backup('no cluster', { cluster: undefined }),
      scheduled('schedule', { schedule: '0 0 0 * * *' }),
      scheduled('five fields', { schedule: '0 0 * * *' }),
      scheduled('daily', { schedule: '@daily' }),
      scheduled('no schedule', { schedule: '' }),
      database('database', { name: 'app2', owner: 'app' }),
      database('reserved name', { name: 'postgres', owner: 'app' }),
      database('extensions twice', { name: 'a', owner: 'b', extensions: [{ name: 'e' }, { name: 'e' }] }),
      database('a server of no wrapper', { name: 'a', owner: 'b', servers: [{ name: 's', fdw: 'f' }] }),
      database('no owner', { name: 'a' }),
      post('a Cluster', `${GROUP}/clusters`, cluster({}, { name: 'one', annotations: { 'cnpg.io/hibernation': 'on' } }), { verdict: true }),
      get('what runs on its data', ONE, {
        until: when((body) => (body.status as Json | undefined)?.pgDataImageInfo !== undefined),
        unrecorded: true,
      }),
      post(
        'a Backup',
        `${GROUP}/backups`,
        {
          apiVersion: 'postgresql.cnpg.io/v1',
          kind: 'Backup',
          metadata: { name: 'b' },
          spec: { cluster: { name: 'one' }, method: 'plugin', pluginConfiguration: { name: 'p' } },
        },
        { verdict: true },
      ),
      merge('another cluster of a Backup', `${GROUP}/backups/b?dryRun=All`, { spec: { cluster: { name: 'two' } } }),
      merge('a label of a Backup', `${GROUP}/backups/b?dryRun=All`, { metadata: { labels: { a: 'b' } } }, { verdict: true }),
      post(
        'a Database',
        `${GROUP}/databases`,
        {
          apiVersion: 'postgresql.cnpg.io/v1',
          kind: 'Database',
          metadata: { name: 'd' },
          spec: { cluster: { name: 'one' }, name: 'd', owner: 'app' },
        },
        { verdict: true },
      ),
      merge('another name of a Database', `${GROUP}/databases/d?dryRun=All`, { spec: { name: 'e' } }),
      merge('another owner of a Database', `${GROUP}/databases/d?dryRun=All`, { spec: { owner: 'other' } }, { verdict: true }),
      changes('shrink', { storage: { size: '1Gi' } }),
      changes('the same size in another unit', { storage: { size: '2048Mi' } }),
      changes('shrink in another unit', { storage: { size: '2047Mi' } }),
      changes('grow', { storage: { size: '3Gi' } }),
      changes('another storage class', { storage: { storageClass: 'standard' } }),
      changes('older major version', { imageName: 'ghcr.io/cloudnative-pg/postgresql:14' }),
      changes('newer major version', { imageName: 'ghcr.io/cloudnative-pg/postgresql:17' }),
      changes('another minor version', { imageName: 'ghcr.io/cloudnative-pg/postgresql:15.4' }),
      changes('another user', { postgresUID: 27 }),
      changes('wal_level to minimal', parameters({ wal_level: 'minimal', max_wal_senders: '0' })),
      changes('another bootstrap', { bootstrap: { initdb: { database: 'other', owner: 'other' } } }),
      changes('slot prefix', { replicationSlots: { highAvailability: { enabled: true, slotPrefix: '_x_' } } }),
      changes('no instances', { instances: 0 }),
      merge(
        'hibernation as a word',
        `${ONE}?dryRun=All`,
        { metadata: { annotations: { 'cnpg.io/hibernation': 'yes' } } },
        { verdict: true },
      ),
      merge(
        'unchecked on purpose',
        `${ONE}?dryRun=All`,
        { metadata: { annotations: { 'cnpg.io/validation': 'disabled' } }, spec: { storage: { size: '1Gi' } } },
        { verdict: true },
      ),
      merge('scale to none', `${ONE}/scale?dryRun=All`, { spec: { replicas: 0 } }, { verdict: true }),
    ],
  };
}

/** Scenarios on CloudNativePG's kinds. */
export const postgresScenarios: Scenario[] = [postgres()];
