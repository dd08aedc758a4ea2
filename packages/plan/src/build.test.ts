import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildPlan } from './build.js';
import { stableJson } from './compile/stable-json.js';

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

describe('buildPlan', () => {
  it('builds the minimal plan of the reference without any problem', () => {
    const { problems, plan } = buildPlan(fixture('reference-minimal.yaml'));
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({ name: 'Postgres Operator', tenancyType: 'CUSTOM_TENANCY', deployment: { model: 'HOSTED' } });
    expect(plan?.resources[0]).toMatchObject({
      key: 'CNPG',
      kind: 'OperatorCRD',
      endpoints: [{ name: 'writer', primary: true }, { name: 'reader' }],
      charts: [{ chartName: 'cloudnative-pg' }, { chartName: 'plugin-barman-cloud' }],
    });
  });

  it('builds the example plan without any problem', () => {
    const example = readFileSync(new URL('../../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
    expect(buildPlan(example).problems).toEqual([]);
  });

  it('builds a plan that uses much of the grammar: merge keys, Terraform outputs, layers, threaded blocks, wide gates', () => {
    const { problems, plan } = buildPlan(fixture('wide-plan.yaml'));
    expect(problems).toMatchObject([{ severity: 'warning', code: 'resource-not-served', path: 'services[0].terraformConfigurations' }]);
    expect(plan?.resources.map((resource) => [resource.key, resource.kind])).toEqual([
      ['infra', 'Terraform'],
      ['redisCluster', 'OperatorCRD'],
    ]);
    expect(plan?.resources[1]).toMatchObject({
      dependsOn: ['infra'],
      instanceTypes: [{ cloudProvider: 'aws', apiParam: 'instanceType' }, { cloudProvider: 'gcp' }],
      charts: [{ chartVersion: '1.2.0', chartRepoName: 'y' }],
      endpoints: [{ host: '$sys.network.externalClusterEndpoint', networkingType: 'PUBLIC' }, { portExpressions: [expect.any(String)] }],
    });
    expect(Object.keys(plan?.resources[1]?.systemWorkflows ?? {})).toEqual(['create', 'modify', 'addCapacity', 'failover']);
  });

  it('reads lines that end as on Windows', () => {
    const spec = fixture('wide-plan.yaml');
    expect(stableJson(buildPlan(spec.replaceAll('\n', '\r\n')).plan)).toBe(stableJson(buildPlan(spec).plan));
  });

  it('gives the same plan each time', () => {
    const spec = fixture('wide-plan.yaml');
    expect(buildPlan(spec).plan).toEqual(buildPlan(new TextEncoder().encode(spec)).plan);
  });
});
