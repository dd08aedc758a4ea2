/** A plan with custom workflows, scaling and failover, and the real wire before it. */
import type { Caller } from '@cellplane/api';
import type { OfferedResource } from '../catalog/catalog.js';
import { workflowDefinitionHandlers } from '../catalog/wire/workflow-definition.js';
import { type OpenDatabase, sql } from '../database/database.js';
import { until } from '../engine/engine.testing.js';
import { SIGNED_IN, testApp } from '../http/app.testing.js';
import { capacityHandlers } from './capacity-handlers.js';
import { customerInstanceHandlers } from './customer-handlers.js';
import { customWorkflowHandlers } from './custom-workflow-handlers.js';
import { fleetHandlers } from './fleet/handlers.js';
import { openWorld, type World } from '../lifecycle/life.testing.js';
import { ownInstanceHandlers } from './own/handlers.js';
import { instanceHandlers } from './provider-handlers.js';
import { openRunViews } from './live/run-views.js';
import { workflowHandlers } from './run-handlers.js';
import { upgradeHandlers } from './upgrade-handlers.js';
import { principalOf } from '../identity/principal.testing.js';

/** One object of kind Deed; `status.phase` says how it went. */
const deed = (name: string, spec: string, indent: number): string =>
  [
    'workflow:',
    '  entrypoint: deed',
    '  settleSeconds: 0',
    '  templates:',
    '    - name: deed',
    '      resource:',
    '        action: apply',
    '        successCondition: status.phase == Done',
    '        failureCondition: status.phase == Broken',
    '        manifest: |',
    '          apiVersion: example.com/v1',
    '          kind: Deed',
    '          metadata:',
    `            name: "{{ $sys.instanceId }}-${name}"`,
    `          spec: ${spec}`,
  ]
    .map((line) => ' '.repeat(indent) + line)
    .join('\n');

export interface PlanParts {
  /** Lines of the service at the left margin: capabilities, compute. */
  service?: string;
  /** The parameter `replicaCount`. @default declared, 1 to 5 */
  counted?: boolean;
  /** Verbs beside create. */
  verbs?: string[];
}

const VERBS = ['modify', 'stop', 'start', 'addCapacity', 'removeCapacity', 'failover'];

/** A plan whose every workflow is one Deed named after its verb. */
export function callsPlan(parts: PlanParts = {}): string {
  const specs: Record<string, string> = {
    create: '{size: {{ $var.size }}}',
    modify: '{size: {{ $var.size }}, replicas: {{ $var.replicaCount }}}',
    addCapacity: '{replicas: {{ $var.replicaCount }}}',
    removeCapacity: '{replicas: {{ $var.replicaCount }}}',
    failover: '{replica: "{{ $var.failedReplicaId }}", action: "{{ $var.failedReplicaAction }}"}',
  };
  const counted = parts.counted !== false;
  const specOf = (verb: string) => (verb === 'modify' && !counted ? specs['create'] : specs[verb]) ?? '{}';
  const custom = (verb: string, more: string, spec: string) => `      - verb: ${verb}\n${more}\n${deed(verb.toLowerCase(), spec, 8)}`;
  return [
    'name: Calls',
    'deployment:',
    '  hostedDeployment:',
    '    awsAccountId: "123456789012"',
    '    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"',
    'tenancyType: CUSTOM_TENANCY',
    'services:',
    '  - name: Database',
    ...(parts.service === undefined ? [] : parts.service.split('\n').map((line) => `    ${line}`)),
    '    apiParameters:',
    '      - {key: size, type: Int32, modifiable: true, defaultValue: "7"}',
    ...(counted ? ['      - {key: replicaCount, type: Int, modifiable: true, defaultValue: "1", limits: {min: 1, max: 5}}'] : []),
    '    systemWorkflows:',
    ...['create', ...(parts.verbs ?? VERBS)].flatMap((verb) => [`      ${verb}:`, deed(verb.toLowerCase(), specOf(verb), 8)]),
    '    customWorkflows:',
    custom(
      'Repair',
      `        displayName: Run repair
        description: Mends what is broken
        scope: [fleet, customer]
        apiParameters:
          - {key: mode, type: String, required: true, options: [fast, full]}
          - {key: retries, type: Int, defaultValue: "2", limits: {min: 1, max: 9}}
          - {key: token, type: Password}
          - {key: label, type: String, regex: "[a-z]+"}
          - {key: size, type: Int32}
        outputParameters: {phase: "$tasks.deed.resource.status.phase", seen: "$tasks.deed.resource.spec", nothing: "$tasks.deed.resource.status.nope"}`,
      '{mode: "{{ $var.mode }}", retries: {{ $var.retries }}, token: "{{ $var.token }}", label: "{{ $var.label }}", size: {{ $var.size }}}',
    ),
    custom('audit', '        scope: [fleet]', '{}'),
  ].join('\n');
}

export interface Calls extends World {
  /** Names of Deeds that stay without a status. */
  held: Set<string>;
  /** Names of Deeds that break. */
  broken: Set<string>;
  /** Lets a held Deed go on. */
  release(name: string): void;
  /** What a Deed asks for. */
  specOf(name: string): unknown;
  /** One request as somebody; the answer with its status. Paths of the reference come without the version. */
  request: (
    method: string,
    path: string,
    body?: unknown,
    more?: { caller?: Caller; signal?: AbortSignal },
  ) => Promise<{ status: number; body: Answer }>;
  /** Path of an instance in the fleet API, without the version. */
  fleet: (offered: OfferedResource, rest: string) => string;
  /** Hands an instance to a customer of the provider; answers who that is. */
  giveToCustomer(instanceId: string): Promise<Caller>;
  close(): Promise<void>;
}

/** An answer of any shape, looked into member by member. */
export type Answer = ReturnType<typeof JSON.parse>;

export async function openCalls(database: OpenDatabase): Promise<Calls> {
  const world = await openWorld(database);
  const { cluster, deps } = world;
  cluster.serve('example.com/v1', 'Deed', 'deeds');
  const held = new Set<string>();
  const broken = new Set<string>();
  const answer = (name: string) => {
    if (cluster.find('Deed', name) === undefined || held.has(name)) return;
    cluster.setStatus('Deed', name, broken.has(name) ? { phase: 'Broken' } : { phase: 'Done' });
  };
  cluster.operator = (object) => {
    if (object.kind === 'Deed') answer(object.metadata.name);
  };
  const runs = openRunViews(deps);
  const handlers = {
    ...instanceHandlers(deps),
    ...customWorkflowHandlers(deps, runs),
    ...capacityHandlers(deps),
    ...upgradeHandlers(deps),
    ...customerInstanceHandlers(deps),
    ...ownInstanceHandlers(deps, runs),
    ...workflowDefinitionHandlers(deps),
    ...workflowHandlers(deps, runs),
    ...fleetHandlers(deps, runs),
  };
  return {
    ...world,
    held,
    broken,
    release: (name) => {
      held.delete(name);
      answer(name);
    },
    specOf: (name) => cluster.find('Deed', name)?.['spec'],
    request: async (method, path, body, more = {}) => {
      const app = testApp(handlers, { identity: { authenticate: async () => principalOf(more.caller ?? world.caller) } });
      const answered = await app.request(path.startsWith('/api/') ? path : `/2022-09-01-00${path}`, {
        method,
        headers: SIGNED_IN,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(more.signal === undefined ? {} : { signal: more.signal }),
      });
      return { status: answered.status, body: await answered.json() };
    },
    fleet: ({ place }, rest) => `/fleet/service/${place.serviceId}/environment/${place.environmentId}/${rest}`,
    giveToCustomer: async (instanceId) => {
      const orgId = `org-customer-${instanceId}`;
      await sql`insert into organizations (id, name) values (${orgId}, 'Customer')`.execute(deps.db);
      await sql`update instances set org_id = ${orgId} where id = ${instanceId}`.execute(deps.db);
      return { ...world.caller, orgId };
    },
    close: async () => {
      await world.engine.stop();
      await deps.charts.stop();
    },
  };
}

/** Waits until no operation acts on the instance. */
export async function rested(world: World, instanceId: string): Promise<void> {
  await until(async () => {
    const { rows } = await sql`select 1 from operations where instance_id = ${instanceId} and finished_at is null`.execute(world.deps.db);
    return rows.length === 0 ? true : undefined;
  }, `operations on ${instanceId} to end`);
}
