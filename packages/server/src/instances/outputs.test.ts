/** Outputs see what the run sees: the instance, its parameters, secrets, other resources, beside the objects of the tasks. */
import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { setSecret } from '../secrets/secrets.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { describeRun } from '../engine/describe-run.js';
import { until } from '../engine/engine.testing.js';
import { callCustomWorkflow } from '../lifecycle/requests/custom-workflow.js';
import { serveThings } from '../lifecycle/every-verb.testing.js';
import { everythingStored, openWorld } from '../lifecycle/life.testing.js';
import { openOutputs } from './outputs.js';
import { selectInstance } from './store.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
serveThings(cluster);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
await setSecret(deps, { orgId: caller.orgId, environmentType: 'DEV', name: 'TOKEN', value: 'provider-token-1', by: caller.userId });

const thing = (name: string, spec = '{}') =>
  `workflow: {entrypoint: one, templates: [{name: one, resource: {action: apply, successCondition: status.phase == ready, manifest: "{apiVersion: example.com/v1, kind: Thing, metadata: {name: ${name}}, spec: ${spec}}"}}]}`;
const outputs = (lines: string[]) => ['        outputParameters:', ...lines.map((line) => `          ${line}`)].join('\n');

const OWN = [
  "url: 'https://{{ $var.user }}@{{ $sys.network.externalClusterEndpoint }}/{{ $tasks.one.resource.metadata.name }}'",
  'id: $sys.instanceId',
  'sibling: $store.out.name',
  "both: '{{ $func.upper($tasks.one.resource.metadata.name) }}-{{ $func.lower($var.user) }}'",
  'password: $var.password',
  "uri: 'x://{{ $var.user }}:{{ $var.password }}@h'",
  'token: "{{ $func.upper($secret.TOKEN) }}"',
  'secretOfSibling: $store.out.key',
  'random: $func.random(string, 12)',
  'fallback: $func.default($tasks.one.resource.status.nothing, $store.out.name)',
  'reason: \'$tasks.one.resource.spec.conditions.#(type=="Ready").reason\'',
  'jsonpath: \'$tasks.one.resource.spec.conditions[?(@.type=="Ready")].reason\'',
  'none: \'$tasks.one.resource.spec.conditions.#(type=="Nope").reason\'',
  'count: $tasks.one.resource.spec.conditions.#',
  "types: '$tasks.one.resource.spec.conditions.#.type'",
];
const CONDITIONS = '{conditions: [{type: Old, reason: Gone}, {type: Ready, reason: Fine}]}';

const plan = (own: string[], more = '') => `
name: Outputs
services:
  - name: App
    dependsOn: [store]
    apiParameters:
      - {key: user, type: String, modifiable: true, defaultValue: app}
      - {key: password, type: Password, modifiable: true, defaultValue: customer-secret}
    endpointConfiguration:
      main: {host: "{{ $app.out.host }}", ports: [1]}
    systemWorkflows:
      create:
${outputs([...own, 'host: $tasks.one.resource.metadata.name'])}
        ${thing('app', CONDITIONS)}
      modify:
${outputs([...own, 'before: $app.out.id', 'host: $tasks.one.resource.metadata.name'])}
        ${thing('app', CONDITIONS)}
    customWorkflows:
      - verb: look
        apiParameters: [{key: depth, type: Int32, required: true}]
${outputs(['depth: $var.depth', "text: '{{ $sys.namespace }} {{ $app.out.both }}'", 'token: $secret.TOKEN'])}
        ${thing('look')}${more}
  - name: Store
    internal: true
    apiParameters: [{key: password, type: Password, modifiable: true, defaultValue: customer-secret}]
    systemWorkflows:
      create:
${outputs(['name: $tasks.one.resource.metadata.name', 'key: $func.upper($var.password)'])}
        ${thing('store')}
`;

async function outputsOf(id: string) {
  const row = await selectInstance(deps.db, id);
  if (row === undefined) throw new Error(`there is no ${id}`);
  return { stored: row.outputs['app'] ?? {}, clear: openOutputs(deps.sealer, row)['app'] ?? {}, row };
}

describe('outputs', () => {
  it('see the whole of the instance, in create, modify and custom workflows', async () => {
    const offered = await world.offer(plan(OWN));
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    const { clear, stored, row } = await outputsOf(id);
    expect(clear).toMatchObject({
      url: expect.stringMatching(/^https:\/\/app@r-\S+\.cells\.test\/app$/) as string,
      id,
      sibling: 'store',
      both: 'APP-app',
      password: 'customer-secret',
      uri: 'x://app:customer-secret@h',
      token: 'PROVIDER-TOKEN-1',
      secretOfSibling: 'CUSTOMER-SECRET',
      random: expect.stringMatching(/^[A-Za-z][A-Za-z0-9]{11}$/) as string,
      fallback: 'store',
      reason: 'Fine',
      jsonpath: 'Fine',
      none: null,
      count: 2,
      types: ['Old', 'Ready'],
    });
    expect(row.endpoints['app']).toMatchObject([{ host: 'app' }]);
    // Whatever is or was made of a secret is sealed, and nowhere in clear.
    for (const name of ['password', 'uri', 'token', 'secretOfSibling'])
      expect(stored[name]).toEqual({ sealed: expect.any(String) as string });
    const everything = await everythingStored(database);
    for (const secret of ['customer-secret', 'CUSTOMER-SECRET', 'PROVIDER-TOKEN-1', 'provider-token-1'])
      expect(everything).not.toContain(secret);

    await modifyInstance(deps, caller, { instanceId: id, parameters: { user: 'admin' } });
    await world.reach(id, 'RUNNING');
    const after = (await outputsOf(id)).clear;
    expect(after).toMatchObject({ both: 'APP-admin', before: id, random: clear['random'] });

    const call = { instanceId: id, workflow: { verb: 'look' }, audience: () => 'FLEET' as const, parameters: { depth: 3 } };
    const { runId } = await callCustomWorkflow(deps, caller, call);
    const run = await until(async () => {
      const described = await describeRun(deps, runId);
      return described?.phase === 'Pending' || described?.phase === 'Running' ? undefined : described;
    }, 'the custom run to end');
    expect(run.outputs).toEqual({ depth: 3, text: `${id} APP-admin`, token: MASK });
  });

  it('fail the create before anything is made where one has no value', async () => {
    const offered = await world.offer(
      plan(['id: $sys.id', 'both: x', 'missing: $secret.NOT_THERE', "later: '{{ $tasks.one.resource.metadata.name }}'"]),
    );
    const id = await world.create(offered);
    const { statusMessage } = await world.reach(id, 'FAILED');
    expect(statusMessage).toContain('unresolved workflow input parameters: [$secret.NOT_THERE]');
    expect(cluster.find('Thing', 'app', id)).toBeUndefined();
  });
});
