import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../build.js';
import { unservedOf } from '../compile/served.js';
import { describeGrammar } from '../schema/describe.js';
import { formatProblems } from './format-problems.js';
import { planOf, problemOf } from './spec.testing.js';

const CREATE =
  'systemWorkflows: {create: {workflow: {entrypoint: a, templates: [{name: a, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: xx}}"}}]}}}';
const plan = (services: string, root = '') => `name: P\n${root}\nservices:\n${services}\n`;
const DB = (more = '') => `  - {name: DB, ${more}${CREATE}}\n`;

describe('what is not served', () => {
  it.each([
    ['image: nginx', 'a container service (`image`)'],
    ['helmChartConfiguration: {artifactsLocalPath: x}', 'a Helm chart (`helmChartConfiguration`)'],
    [
      'terraformConfigurations: {configurationPerCloudProvider: {aws: {terraformPath: /}}}',
      'a Terraform stack (`terraformConfigurations`)',
    ],
    ['kustomizeConfiguration: {kustomizePath: /}', 'a Kustomize overlay (`kustomizeConfiguration`)'],
    ['jobResourceConfiguration: {backoffLimit: 1}', 'a job (`jobResourceConfiguration`)'],
    ['operatorCRDConfiguration: {helmChartDependencies: []}', 'an operator resource without a `create` workflow'],
    ['apiParameters: []', 'a service without a `create` workflow'],
  ])('is a warning of the build: %s', (block, what) => {
    const problem = problemOf(plan(`  - {name: Part, ${block}}`), 'resource-not-served');
    expect(problem).toMatchObject({ severity: 'warning', message: expect.stringContaining(`\`part\` is ${what}`) });
    expect(problem.cure).toContain('--allow-unserved');
  });

  it.each(['byoaDeployment', 'onPremDeployment', 'onPremCopilotDeployment'])('is a deployment model: %s', (model) => {
    const problem = problemOf(plan(DB(), `deployment: {${model}: {awsAccountId: "1"}}`), 'deployment-model-not-served');
    expect(problem).toMatchObject({ severity: 'warning', path: `deployment.${model}`, message: expect.stringContaining(model) });
  });

  it('names who needs it, through others too', () => {
    const spec = plan(
      `${DB('dependsOn: [mid], ')}  - {name: mid, internal: true, dependsOn: [tf]}\n  - {name: tf, internal: true, image: x}`,
    );
    expect(unservedOf(planOf(spec))).toEqual([
      { code: 'resource-not-served', resource: 'tf', what: 'a container service (`image`)', neededBy: ['DB', 'mid'], reachable: true },
    ]);
  });

  it('is out of reach where it is internal and nothing that is offered needs it, and nothing where it is disabled', () => {
    const spec = plan(`${DB()}  - {name: tf, internal: true, image: x}\n  - {name: off, disable: true, image: x}`);
    expect(unservedOf(planOf(spec))).toMatchObject([{ resource: 'tf', reachable: false }]);
  });

  it('is not a plan whose resources all have a create workflow', () => {
    expect(unservedOf(planOf(plan(DB())))).toEqual([]);
  });
});

describe('keys that are stored', () => {
  it('are noted once each, with all their places', () => {
    const { notes, problems } = buildPlan(plan(`${DB('image: a, ')}  - {name: B, Image: b, network: {ports: [1]}, ${CREATE}}`));
    expect(problems).toEqual([]);
    expect(notes.map(({ key, within }) => [key, within])).toEqual([
      ['services[].image', 'services[].image'],
      ['services[].network', 'services[].network'],
      ['services[].network.ports', 'services[].network'],
    ]);
    expect(notes[0]).toMatchObject({
      severity: 'note',
      code: 'stored-key',
      path: 'services[0].image',
      places: [{ path: 'services[0].image' }, { path: 'services[1].Image' }],
    });
  });

  it('are told as one block, a line for each outermost key', () => {
    const spec = plan(
      DB('network: {ports: [1]}, image: a, '),
      'metering: {s3BucketArn: a, s3BucketRegion: b}\nfeatures: {INTERNAL: {logs: }, OWN: 1, CUSTOMER: {logs: , licensing: {}}}',
    );
    const { notes, problems } = buildPlan(spec);
    expect(formatProblems(problems, { file: 'p.yaml', notes })).toBe(
      [
        'note[stored-key]: these keys are kept with the plan and change nothing here:',
        '      metering                     line 2: s3BucketArn, s3BucketRegion',
        '      features.INTERNAL            line 3: logs',
        '      features.OWN                 line 3',
        '      features.CUSTOMER.licensing  line 3',
        '      services[].network           line 5: ports',
        '      services[].image             line 5',
        '',
        'No problems, 10 notes.',
      ].join('\n'),
    );
  });

  it('are those that the documentation calls stored', () => {
    const documented = new Set(
      describeGrammar()
        .filter((row) => row.supported === 'stored')
        .map((row) => row.path),
    );
    const { notes } = buildPlan(readFileSync(new URL('../fixtures/wide-plan.yaml', import.meta.url), 'utf8'));
    const outermost = notes.filter((note) => note.key === note.within).map((note) => note.key);
    expect(outermost.length).toBeGreaterThan(4);
    for (const key of outermost) expect(documented).toContain(key);
  });
});
