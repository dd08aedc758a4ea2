import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planOf, problemOf, specOf } from '../check/spec.testing.js';
import { durationSeconds } from './duration.js';
import { resourceKey } from './key.js';
import { stableJson } from './stable-json.js';

describe('resourceKey', () => {
  it.each([
    ['CNPG', 'CNPG'],
    ['Redis Cluster', 'redisCluster'],
    ['my-postgres db', 'myPostgresDb'],
    ['Postgres', 'postgres'],
    ['  ', ''],
  ])('%s → %s', (name, key) => {
    expect(resourceKey(name)).toBe(key);
  });
});

describe('durationSeconds', () => {
  it.each([
    ['30', 30],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['2x', undefined],
  ])('%s → %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
});

describe('compiled workflows', () => {
  const reference = readFileSync(new URL('../fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

  it('hold every expression with its place', () => {
    const create = planOf(reference).resources[0]?.systemWorkflows.create;
    expect(create?.expressions).toEqual([
      { place: 'arguments.namespace#0', text: '$sys.namespace' },
      { place: 'arguments.instanceId#0', text: '$sys.instanceId' },
      { place: 'arguments.numberOfInstances#0', text: '$var.numberOfInstances' },
      { place: 'arguments.storageSize#0', text: '$var.storageSize' },
    ]);
  });

  it('collect expressions of tasks, manifests, conditions and when', () => {
    const spec = specOf({
      resource: 'successCondition: status.n == {{ $sys.id }}',
      more: `modify:
  workflow:
    entrypoint: main
    templates:
      - name: main
        steps: [[{name: a, template: leaf, when: "{{ $sys.id }} == x", arguments: {parameters: [{name: p, value: "{{ $sys.id }}-{{ $sys.namespace }}"}]}}]]
      - name: leaf
        inputs: {parameters: [{name: p}]}
        retryStrategy: {limit: 3, backoff: {duration: 10s, factor: 2, cap: 1m}}
        resource: {action: patch, manifest: "{apiVersion: v1, kind: Secret, metadata: {name: '{{inputs.parameters.p}}'}}"}`,
    });
    const { create, modify } = planOf(spec).resources[0]?.systemWorkflows ?? {};
    expect(create?.expressions.map((one) => one.place)).toEqual(['templates.leaf.manifest#0', 'templates.leaf.successCondition#0']);
    expect(modify?.expressions.map((one) => one.place)).toEqual([
      'templates.main.tasks.a.arguments.p#0',
      'templates.main.tasks.a.arguments.p#1',
      'templates.main.tasks.a.when#0',
    ]);
    expect(modify?.templates[0]).toMatchObject({ type: 'steps', groups: [[{ name: 'a' }]] });
    expect(modify?.templates[1]?.retryStrategy).toEqual({
      limit: 3,
      retryPolicy: 'OnFailure',
      backoff: { durationSeconds: 10, factor: 2, capSeconds: 60 },
    });
  });

  it('need the verbs of their actions', () => {
    expect(planOf(reference).resources[0]?.kinds).toEqual([
      { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', verbs: ['get', 'create', 'patch', 'delete'] },
    ]);
  });

  it('make argument values the texts that Argo makes of them', () => {
    const spec = specOf({
      workflow:
        'arguments: {parameters: [{name: a, value: 1.50}, {name: b, value: true}, {name: c, value: 1e3}, {name: d, value: "007"}, {name: e, value: 1e21}]}',
    });
    expect(planOf(spec).resources[0]?.systemWorkflows.create?.arguments.map((argument) => argument.value)).toEqual([
      '1.5',
      'true',
      '1000',
      '007',
      '1000000000000000000000',
    ]);
  });
});

describe('anchors, aliases and merge keys', () => {
  const expanded = specOf({ parameters: '- {key: a, type: Int, defaultValue: "1"}\n- {key: b, type: Int, defaultValue: "2"}' });

  it('give the same plan as the expanded text', () => {
    const short = expanded
      .replace('name: Test', 'name: Test\nx-common: &int {type: Int, modifiable: false}')
      .replaceAll('type: Int, defaultValue', '<<: *int, defaultValue');
    expect(stableJson(planOf(short))).toBe(stableJson(planOf(expanded)));
  });

  it('work for a whole workflow', () => {
    const spec = expanded.replace('      create:\n', '      create: &flow\n') + '      modify: *flow\n';
    const { create, modify } = planOf(spec).resources[0]?.systemWorkflows ?? {};
    expect({ ...modify, verb: 'create', displayName: 'create' }).toEqual(create);
  });

  it('let the map itself win over what is merged, in any letter case', () => {
    const spec = specOf({
      root: 'x-base: &base {TYPE: Int, defaultValue: "1", name: Base}',
      parameters: '- {<<: *base, key: a, type: String}',
    });
    expect(planOf(spec).resources[0]?.parameters[0]).toMatchObject({ key: 'a', type: 'String', name: 'Base', defaultValue: '1' });
  });
});

describe('plain scalars', () => {
  it('stay what was written', () => {
    const spec = specOf({
      root: 'deployment: {hostedDeployment: {awsAccountId: 012345678901}}',
      service:
        'operatorCRDConfiguration: {helmChartDependencies: [{chartName: a, chartVersion: 0.10.0, chartRepoURL: "https://x.example/charts"}]}',
    });
    const plan = planOf(spec);
    expect(plan.deployment.accounts).toEqual({ awsAccountId: '012345678901' });
    expect(plan.resources[0]?.charts[0]).toMatchObject({ chartVersion: '0.10.0', chartRepoName: 'charts' });
    // YAML reads it as the number 0.1; its author wrote 0.10.
    expect(problemOf(spec.replace('0.10.0', '0.10'), 'bad-chart-version').message).toContain('"0.10"');
  });
});
