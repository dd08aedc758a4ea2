import { describe, expect, it } from 'vitest';
import { findingsOf, planOf, problemOf, type SpecParts, specOf } from './spec.testing.js';

const findings = (parts: SpecParts): string[] => findingsOf(specOf(parts)).map((finding) => finding.replace(/ @.*/, ''));

describe('a sound small plan', () => {
  it('has no problems', () => {
    expect(findings({})).toEqual([]);
  });
});

describe('the whole plan', () => {
  it.each<[string, SpecParts, string]>([
    ['two deployment models', { root: 'deployment: {hostedDeployment: {}, byoaDeployment: {}}' }, 'error several-deployment-models'],
    [
      'two default billers',
      { root: 'billingProviders: [{name: a, isDefault: true}, {name: b, isDefault: true}]' },
      'error several-default-billers',
    ],
    ['both zone capabilities', { service: 'capabilities: {enableMultiZone: true, enableCustomZone: true}' }, 'error zone-conflict'],
    ['an unknown dependency', { service: 'dependsOn: [infra]' }, 'error unknown-resource'],
    ['a resource that depends on itself', { service: 'dependsOn: [main]' }, 'error dependency-cycle'],
    ['an undeclared apiParam', { service: 'compute: {instanceTypes: [{apiParam: size}]}' }, 'error undeclared-parameter'],
    [
      'values of a chart twice',
      {
        service:
          'operatorCRDConfiguration: {helmChartDependencies: [{chartName: a, chartVersion: "1", chartRepoURL: "https://x", chartValues: {}, layeredChartValues: []}]}',
      },
      'error chart-values-conflict',
    ],
    ['an unknown verb', { more: 'upgrade: {workflow: {}}' }, 'error unknown-key'],
    ['the same name in another letter case', { service: 'Name: Other' }, 'error duplicate-key'],
  ])('%s', (_what, parts, finding) => {
    expect(findings(parts)).toContain(finding);
  });

  it.each([
    ['{dimension: cpu, unit: cores, timeUnit: hours, price: 1}', undefined],
    ['{dimension: storage, unit: MB, timeUnit: month, price: 1}', undefined],
    ['{dimension: replica, price: 1}', undefined],
    ['{dimension: deploymentCell, timeUnit: month, price: 1}', "the price of 'deploymentCell': it is shown"],
    ['{dimension: cpu, unit: GiB, price: 1}', "price of 'cpu': the unit 'GiB' is not known"],
    ['{dimension: memory, unit: GiB, timeUnit: fortnight, price: 1}', "the timeUnit 'fortnight' is not known"],
  ])('says of the price %s whether anything is counted for it', (price, words) => {
    const spec = specOf({ root: `pricing: [${price}]` });
    const found = findingsOf(spec).filter((one) => one.includes('price-not-counted'));
    expect(found).toHaveLength(words === undefined ? 0 : 1);
    expect(words === undefined ? '' : problemOf(spec, 'price-not-counted').message).toContain(words ?? '');
  });

  it('names the backup workflows that are missing', () => {
    const problem = problemOf(
      specOf({ service: 'capabilities: {backupConfiguration: {backupPeriodInHours: 1}}' }),
      'backup-workflows-missing',
    );
    expect(problem.message).toContain('missing: backup, restore, deleteBackup');
    expect(problem.path).toBe('services[0].capabilities.backupConfiguration');
  });

  it('finds cycles of dependsOn over several resources and names them', () => {
    const spec = 'name: a\nservices:\n  - {name: A, dependsOn: [b]}\n  - {name: B, dependsOn: [c]}\n  - {name: C, dependsOn: [a]}\n';
    expect(findingsOf(spec)).toHaveLength(3);
    expect(problemOf('name: a\nservices:\n  - {name: A, dependsOn: [a]}\n', 'dependency-cycle').message).toContain('a → a');
  });

  it('takes workflows at the root for the only operator resource', () => {
    const workflow = specOf({}).slice(specOf({}).indexOf('    systemWorkflows')).replaceAll(/^ {4}/gm, '');
    const plan = planOf(`name: a\n${workflow}services:\n  - name: Only\n`);
    expect(plan.resources[0]).toMatchObject({ kind: 'OperatorCRD' });
    expect(Object.keys(plan.resources[0]?.systemWorkflows ?? {})).toEqual(['create']);
    expect(findingsOf(`name: a\n${workflow}services:\n  - name: A\n  - name: B\n`)).toEqual(['error root-workflows @2:1']);
  });
});

describe('parameters', () => {
  it('wants defaults quoted, and says how', () => {
    const problem = problemOf(specOf({ parameters: '- key: count\n  type: Float64\n  defaultValue: 3' }), 'unquoted-default');
    expect(problem.cure).toBe('Quote it: "3".');
    expect(problem.position).toEqual({ line: 7, column: 23 });
    expect(findings({ parameters: '- {key: a, type: Boolean, defaultValue: true}' })).toEqual(['error unquoted-default']);
  });

  it.each([
    ['type: Int, defaultValue: "1.5"', 'whole number'],
    ['type: UInt32, defaultValue: "-1"', 'from 0'],
    ['type: Int32, defaultValue: "2147483648"', '2147483647'],
    ['type: boolean, defaultValue: "yes"', 'true or false'],
    ['type: Json, defaultValue: "{"', 'JSON'],
    ['type: Float64, defaultValue: "1", limits: {min: 2}', 'at least 2'],
    ['defaultValue: "abc", limits: {maxLength: 2}', 'at most 2'],
    ['defaultValue: "c", options: [a, b]', 'one of a, b'],
    ['defaultValue: "abc", regex: "[a-b]+"', 'match'],
    ['type: Int, isList: true, defaultValue: "1"', 'JSON list'],
  ])('a default that does not fit: %s', (text, words) => {
    expect(problemOf(specOf({ parameters: `- {key: a, ${text}}` }), 'bad-default').message).toContain(words);
  });

  it('never shows the default of a password', () => {
    const problem = problemOf(
      specOf({ parameters: '- {key: a, type: Password, defaultValue: "hunter2", limits: {minLength: 9}}' }),
      'bad-default',
    );
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it.each([
    ['- {key: a}\n- {key: a}', 'error not-unique'],
    ['- {key: "a b"}', 'error bad-parameter-key'],
    ['- {key: a, regex: "(["}', 'error bad-regex'],
    ['- {key: a, regex: "(?!-)[a-z-]+"}', 'error pattern-not-linear'],
    ['- {key: a, regex: "((a{1,1000}){1,1000}){1,1000}"}', 'error pattern-too-large'],
    [Array.from({ length: 9 }, (_, at) => `- {key: a${at}, regex: "a{1,8000}${at}"}`).join('\n'), 'error patterns-too-slow'],
    ['- {key: a, regex: "(a+)+$", defaultValue: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}', 'error bad-default'],
    ['- {key: a, type: Int, limits: {min: 3, max: 1}}', 'error bad-limits'],
    ['- {name: a}', 'error missing-key'],
    ['- {key: a, type: Text}', 'error unknown-value'],
    ['- {key: a, options: [s, l], labeledOptions: {s: Small, l: Large}}', 'warning flipped-labels'],
  ])('%s', (parameters, finding) => {
    expect(findings({ parameters })).toContain(finding);
  });
});

describe('options', () => {
  it('stay what was written, quoted or not', () => {
    const spec = specOf({
      parameters: '- {key: a, options: [1.9, 1.10, 010, true, 1e3], labeledOptions: {Old: 1.10}, defaultValue: "1.10"}',
    });
    expect(planOf(spec).resources[0]?.parameters[0]).toMatchObject({
      options: ['1.9', '1.10', '010', 'true', '1e3'],
      labeledOptions: { Old: '1.10' },
      defaultValue: '1.10',
    });
  });
});

describe('endpoints', () => {
  it('has one primary at most and no bare expression inside text', () => {
    const service =
      'endpointConfiguration:\n  a: {host: "a.$sys.network.externalClusterEndpoint", ports: [1], primary: true}\n  b: {host: "$sys.network.externalClusterEndpoint", ports: [1], primary: true}';
    expect(findings({ service })).toEqual(['error unbraced-expression', 'error several-primaries']);
  });
});

describe('leaves', () => {
  const metadata = 'metadata:\n  name: x';
  it.each<[string, SpecParts, string]>([
    ['unknown action', { action: 'aply' }, 'error unknown-value'],
    ['conditions on delete', { action: 'delete', resource: 'successCondition: status.x == 1' }, 'error condition-on-delete'],
    ['flags of other actions', { resource: 'flags: ["--server-side"]' }, 'error unsupported-flag'],
    ['flags of delete', { action: 'delete', resource: 'flags: ["--wait=false"]' }, 'error unsupported-flag'],
    ['a JSON patch, which names no object', { action: 'patch', resource: 'mergeStrategy: json' }, 'error json-patch-without-target'],
    [
      'a strategic patch of a custom resource',
      { action: 'patch', resource: 'mergeStrategy: strategic', manifest: `apiVersion: x.io/v1\nkind: Foo\n${metadata}` },
      'error strategic-on-custom-resource',
    ],
    ['a merge strategy nobody knows', { action: 'patch', resource: 'mergeStrategy: deep' }, 'error unknown-value'],
    ['manifestFrom', { resource: 'manifestFrom: {}' }, 'error unsupported-key'],
    ['setOwnerReference', { resource: 'setOwnerReference: true' }, 'warning ignored-key'],
    ['generateName', { manifest: 'apiVersion: v1\nkind: Secret\nmetadata:\n  generateName: x' }, 'error generate-name'],
    ['no name', { manifest: 'apiVersion: v1\nkind: Secret' }, 'error manifest-name'],
    ['a kind from a parameter', { manifest: `apiVersion: v1\nkind: "{{ $sys.id }}"\n${metadata}` }, 'error manifest-kind'],
    ['no apiVersion', { manifest: `kind: Secret\n${metadata}` }, 'error manifest-kind'],
    ['another namespace', { manifest: `apiVersion: v1\nkind: Secret\n${metadata}\n  namespace: kube-system` }, 'error foreign-namespace'],
    [
      'a cluster-scoped kind',
      { manifest: `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n${metadata}` },
      'error cluster-scoped',
    ],
    [
      'a second document',
      { manifest: `apiVersion: v1\nkind: Secret\n${metadata}\n---\napiVersion: v1\nkind: Secret\n${metadata}` },
      'error several-objects',
    ],
    ['a list of objects', { manifest: 'apiVersion: v1\nkind: List\nitems: []' }, 'error several-objects'],
    ['unreadable YAML', { manifest: 'apiVersion: v1\nkind: [\n' }, 'error manifest-syntax'],
  ])('%s', (_what, parts, finding) => {
    expect(findings(parts)).toContain(finding);
  });

  it('points into the manifest', () => {
    const manifest = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{ $var.nope }}"`;
    expect(problemOf(specOf({ manifest }), 'undeclared-variable').position).toEqual({ line: 18, column: 31 });
  });

  it('accepts the only flag', () => {
    expect(findings({ action: 'delete', resource: 'flags: ["--ignore-not-found=true"]' })).toEqual([]);
  });
});

describe('expressions', () => {
  const argument = (value: string): SpecParts => ({ workflow: `arguments:\n  parameters:\n    - {name: a, value: '${value}'}` });
  it.each([
    ['{{ $var.nope }}', 'error undeclared-variable'],
    ['{{ $sys.nope }}', 'error unknown-system-value'],
    ['{{ $sys.snapshot.id }}', 'error wrong-context'],
    ['{{ $sys.restore.metadata.x }}', 'error wrong-context'],
    ['{{ $sys.network.nope }}', 'error unknown-system-value'],
    ['{{ $sys.deployment.kubernetesServiceAccountName }}', 'warning unknown-system-value'],
    ['{{ $sys.tenant.email.x }}', 'error unknown-system-value'],
    ['{{ $sys.compute.node.instanceType }}', 'error no-value'],
    ['{{ $sys.deployment.terraformPrivateModuleGitAccessTokens.token }}', 'error wrong-context'],
    ['{{ $sys.deploymentCell.cidrRange }}', 'warning needs-cell-fact'],
    ['{{ $sys.deploymentCell.publicSubnetIDs[*].id }}', 'warning needs-cell-fact'],
    ['{{ $sys.deploymentCell.accountTags["cost center"] }}', 'warning needs-cell-fact'],
    ['{{ $func.nope() }}', 'error unknown-function'],
    ['{{ $func.base64encode($var.nope) }}', 'error undeclared-variable'],
    ['{{ $infra.out.bucket }}', 'error unknown-root'],
    ['{{ $secert.x }}', 'error unknown-root'],
    ['{{ $tasks.one.resource.status }}', 'error wrong-context'],
    ['{{ $var._crd.status }}', 'error wrong-context'],
    ['a-$sys.id', 'warning unbraced-expression'],
  ])('%s', (value, finding) => {
    expect(findings(argument(value)).filter((one) => !one.includes('undeclared-argument'))).toContain(finding);
  });

  it('needs dependsOn for the outputs of another resource, directly or not', () => {
    const other = (dependsOn: string): string =>
      specOf({ service: `${dependsOn}description: "{{ $x }}"`, ...argument('{{ $infra.out.bucket }}') }) +
      '  - {name: Between, dependsOn: [infra]}\n  - {name: Infra, terraformConfigurations: {}}\n';
    expect(findingsOf(other('')).join()).toContain('error missing-dependency');
    expect(findingsOf(other('dependsOn: [between]\n')).join()).not.toContain('missing-dependency');
  });

  it('sees the parameters of a custom workflow first', () => {
    const service =
      'customWorkflows:\n  - verb: repair\n    apiParameters: [{key: mode}]\n    workflow:\n      entrypoint: leaf\n      templates:\n        - name: leaf\n          resource: {action: apply, manifest: "{apiVersion: v1, kind: Secret, metadata: {name: \'{{ $var.mode }}\'}}"}';
    expect(findings({ service })).toEqual([]);
    expect(findings({ service: service.replace('$var.mode', '$var.other') })).toEqual(['error undeclared-variable']);
  });

  it('knows the tasks that outputs name', () => {
    expect(findings({ outputs: 'a: $tasks.one.resource.status.x' })).toEqual([]);
    expect(problemOf(specOf({ outputs: 'a: $tasks.On.resource.status.x' }), 'unknown-task').cure).toBe('Did you mean `one`?');
    expect(findings({ action: 'delete', outputs: 'a: $tasks.one.resource.status.x' })).toEqual(['error no-object']);
  });

  it('leaves shell and Go templates in manifests alone', () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  run: "echo ${HOME} $1 {{ .Values.x }}"';
    expect(findings({ manifest })).toEqual([]);
  });
});

describe('templates', () => {
  const only = (body: string): string =>
    `name: a\nservices:\n  - name: Main\n    systemWorkflows:\n      create:\n        workflow:\n${body.replaceAll(/^/gm, '          ')}\n`;
  it('refuses what other engines have by name', () => {
    for (const kind of ['container', 'script', 'suspend', 'http', 'plugin']) {
      expect(findingsOf(only(`entrypoint: a\ntemplates:\n  - {name: a, ${kind}: {}}`))).toEqual([
        expect.stringContaining('error unsupported-key'),
      ]);
    }
    for (const key of ['onExit', 'hooks', 'volumes', 'synchronization']) {
      expect(findingsOf(specOf({ workflow: `${key}: {}` }))).toEqual([expect.stringContaining('error unsupported-key')]);
    }
  });

  it('words an unknown field as Argo does', () => {
    expect(problemOf(specOf({ workflow: 'entrypont: x' }), 'unknown-key')).toMatchObject({
      message: expect.stringMatching(/^json: unknown field "entrypont"/),
      cure: 'Did you mean `entrypoint`?',
    });
  });

  it('takes the only template that nobody calls as the entrypoint, with a warning', () => {
    const leaf = `- {name: leaf, resource: {action: apply, manifest: '{apiVersion: v1, kind: Secret, metadata: {name: x}}'}}`;
    const spec = only(`templates:\n  - {name: m, dag: {tasks: [{name: t, template: leaf}]}}\n  ${leaf}`);
    expect(findingsOf(spec)).toEqual([expect.stringContaining('warning entrypoint-omitted')]);
    expect(planOf(spec).resources[0]?.systemWorkflows.create?.entrypoint).toBe('m');
    const two = only(
      `templates:\n  - {name: m, dag: {tasks: [{name: t, template: leaf}]}}\n  ${leaf}\n  ${leaf.replace('name: leaf', 'name: other')}`,
    );
    expect(problemOf(two, 'entrypoint-missing')).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/^spec.entrypoint is required/),
    });
  });
});

describe('ties between resources', () => {
  it('are checked at both ends', () => {
    const spec = `${specOf({ parameters: '- {key: a, parameterDependencyMap: {child: size, Chidl: size}}\n- {key: b, type: Resource, dependentResource: nope}', service: 'compute: {instanceTypes: [{cloudProvider: aws}]}' })}  - {name: Child, apiParameters: [{key: siz}]}\n`;
    expect(findingsOf(spec).map((finding) => finding.replace(/ @.*/, ''))).toEqual([
      'error missing-key',
      'error undeclared-parameter',
      'error unknown-resource',
      'error unknown-resource',
    ]);
  });
});
