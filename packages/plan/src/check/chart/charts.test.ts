/** Charts of operators: exact versions, names, addresses; and nothing of one tenant in what all of a cell share. */
import { describe, expect, it } from 'vitest';
import { findingsOf, planOf, problemOf, specOf } from '../spec.testing.js';

const chart = (fields: Record<string, unknown>): string =>
  specOf({
    service: `operatorCRDConfiguration: {helmChartDependencies: [${JSON.stringify({ chartName: 'pg', chartVersion: '1.2.3', chartRepoURL: 'https://c.example', ...fields })}]}`,
    parameters: '- {key: password, type: Password}\n- {key: tier}',
  });
const findings = (fields: Record<string, unknown>): string[] => findingsOf(chart(fields)).map((finding) => finding.replace(/ @.*/, ''));

describe('the version of a chart', () => {
  it.each(['1.2.3', 'v1.2.3', '0.28.2', '1.0.0-rc.1', '1.0.0-alpha-x.7', '1.2.3+build.5', '10.20.30-rc.1+exp.sha.5114f85'])(
    '%s',
    (chartVersion) => {
      expect(findings({ chartVersion })).toEqual([]);
    },
  );

  it.each([
    '^0.28.0',
    '~1.2',
    'latest',
    'stable',
    '',
    '0.28',
    '1',
    'v1',
    '>=1',
    '1.x',
    '1.2.x',
    '*',
    '1.2.3 - 2.0.0',
    '1.0.0 || 2.0.0',
    '>1.0.0,<2.0.0',
    `1.0.0@sha256:${'0'.repeat(64)}`,
    `sha256:${'0'.repeat(64)}`,
    ' 1.2.3',
    '1.2.3\n',
    '01.2.3',
    '1.2.3.4',
    '1.2.3-',
    '1.2.3-01',
    '1.2.3 --devel',
    '--devel',
    'V1.2.3',
  ])('is not %j', (chartVersion) => {
    expect(findings({ chartVersion })).toEqual(['error bad-chart-version']);
  });

  it('is said with what to write', () => {
    const problem = problemOf(chart({ chartVersion: '^0.28' }), 'bad-chart-version');
    expect(problem.path).toBe('services[0].operatorCRDConfiguration.helmChartDependencies[0].chartVersion');
    expect(problem.message).toContain('"^0.28" is a range');
    expect(problem.cure).toContain('`0.28.0`');
  });
});

describe('the name of a chart', () => {
  it.each(['pg', 'cloudnative-pg', 'redis7', 'a.b'])('%s', (chartName) => {
    expect(findings({ chartName })).toEqual([]);
  });

  it.each([
    '--post-renderer=/bin/true',
    '-f',
    '../a',
    './a',
    'a/../b',
    '/etc/passwd',
    'bitnami/redis',
    'a b',
    'a;b',
    '.',
    '',
    'https://x/y.tgz',
    'pg\n',
  ])('is not %j', (chartName) => {
    expect(findings({ chartName })).toEqual(['error bad-chart-name']);
  });

  it('may have folders in a registry only', () => {
    expect(findings({ chartName: 'charts/redis', chartRepoURL: 'oci://r.example', releaseName: 'redis' })).toEqual([]);
    expect(findings({ chartName: '../redis', chartRepoURL: 'oci://r.example' })).toEqual(['error bad-chart-name']);
    expect(problemOf(chart({ chartName: 'bitnami/redis' }), 'bad-chart-name').cure).toContain('Write `redis`');
  });

  it('is that of the release unless that has one of its own', () => {
    expect(findings({ chartName: 'My_Chart' })).toEqual(['error bad-release-name']);
    expect(findings({ chartName: 'My_Chart', releaseName: 'my-chart' })).toEqual([]);
    expect(findings({ releaseName: '-n' })).toEqual(['error bad-release-name']);
    expect(findings({ releaseName: 'x'.repeat(54) })).toEqual(['error bad-release-name']);
    expect(findings({ namespace: 'Team A' })).toEqual(['error bad-namespace']);
    expect(findings({ namespace: 'cnpg-system' })).toEqual([]);
    expect(findings({ namespace: 'cellplane-operators' })).toEqual([]);
    for (const namespace of [
      'kube-system',
      'kube-public',
      'kube-node-lease',
      'kube-x',
      'instance-abc123def',
      'cellplane',
      'cellplane-system',
    ])
      expect(findings({ namespace })).toEqual(['error reserved-namespace']);
  });
});

describe('the name of a repository', () => {
  it('is a name', () => {
    for (const chartRepoName of ['cnpg', 'My Charts', 'a.b-c_d', '']) expect(findings({ chartRepoName })).toEqual([]);
    for (const chartRepoName of ['-f', '--x', '../x', 'a/b', '..', 'a\nb', 'a\\b'])
      expect(findings({ chartRepoName })).toEqual(['error bad-repository-name']);
  });
});

describe('the address of a repository', () => {
  it.each([
    'https://c.example',
    'https://c.example:8443/charts/',
    'oci://ghcr.io/owner/charts',
    'oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/charts',
    'https://artifactory.example/api/helm/charts~dev/a_b.c?flat=1',
    'https://8.8.8.8/charts',
    'https://[2606:4700::1111]/charts',
    'https://xn--bcher-kva.example',
  ])('%s', (chartRepoURL) => {
    expect(findings({ chartRepoURL })).toEqual([]);
  });

  it.each([
    'http://c.example.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1:8879',
    'http://localhost:8879/charts',
    'https://LOCALHOST',
    'https://x.localhost',
    'http://[::1]:8879',
    'https://[::]',
    'https://127.1',
    'https://0',
    'https://2130706433/charts',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://10.1.2.3',
    'https://172.31.255.1',
    'https://192.168.0.1',
    'https://100.100.100.200',
    'https://169.254.169.254/latest',
    'https://168.63.129.16',
    'https://[::ffff:169.254.169.254]/x',
    'https://[::ffff:a9fe:a9fe]/x',
    'https://[64:ff9b::a9fe:a9fe]/x',
    'https://[2002:7f00:1::]/x',
    'https://[fd00:ec2::254]/x',
    'https://[fe80::1]/x',
    'https://metadata.google.internal',
    'https://printer.local',
    'https://kubernetes.default.svc',
    'https://charts.default.svc.cluster.local',
    'oci://127.0.0.1/x',
    'oci://registry.internal/x',
  ])('needs the leave of the operator of the installation: %s', (chartRepoURL) => {
    expect(findings({ chartRepoURL })).toEqual(['warning chart-source-not-public']);
    const problem = problemOf(chart({ chartRepoURL }), 'chart-source-not-public');
    expect(problem).toMatchObject({ chartAddress: chartRepoURL, path: expect.stringMatching(/chartRepoURL$/) as string });
    expect(problem.cure).toContain('CELLPLANE_CHART_SOURCES_ALLOW=');
  });

  it.each([
    'https://user:pw@c.example.com',
    'https://token@c.example.com',
    'oci://user:pw@r.example/charts',
    'http://user@127.0.0.1:8879',
    'c.example.com',
    'file:///etc/charts',
    'git+https://x.example/y',
    '/charts',
    '../charts',
    '--repo-config=/etc/x',
    'https://',
    'https:///charts',
    'https://c.example/#x',
    'https://c.example/a b',
    'https://c.example\n',
    'https:\\\\c.example',
    'oci://r.example/charts/pg:1.2.3',
    'oci://r.example/charts/pg@sha256:abc',
    'https://c.example/../x',
    'https://c.example/%2e%2e/x',
    'https://c.example/a%0d%0ab',
    'https://c.example/\u0001',
    'https://c.example/\u202e',
    'https://c.example:0',
    'https://c.example:65536',
    'https://c.example:',
    'https://-c.example',
    'https://c..example',
    'https://c.example.',
    'https://127.0.0.1.2',
    'https://256.1.1.1',
    'https://①②⑦.⓪.⓪.①',
    'https://c.example/?token=abc',
    'https://c.example/x?a=1&X-Amz-Signature=abc',
    'HTTPS://c.example',
    `https://c.example/${'a'.repeat(2000)}`,
    '',
  ])('is not %j', (chartRepoURL) => {
    expect(findings({ chartRepoURL })).toEqual(['error bad-chart-address']);
  });

  it('never shows a password', () => {
    const { message, cure } = problemOf(chart({ chartRepoURL: 'https://user:hunter2@c.example.com' }), 'bad-chart-address');
    expect(message + cure).not.toContain('hunter2');
    expect(problemOf(chart({ chartRepoURL: 'https://user:hunter2@c example' }), 'bad-chart-address').message).not.toContain('hunter2');
  });
});

describe('what all tenants of a cell share', () => {
  it.each([
    ['the values', { chartValues: { admin: '{{ $var.password }}' } }],
    ['a whole value', { chartValues: { admin: '$var.password' } }],
    ['a forced text', { chartValues: { admin: '"$var.password"' } }],
    ['deep values', { chartValues: { a: [{ b: 'x-{{ $var.tier }}-y' }] } }],
    ['a block of text', { chartValues: { config: 'a: 1\nb: {{ $var.tier }}\n' } }],
    ['a function', { chartValues: { a: '{{ $func.lower($func.trim($var.tier)) }}' } }],
    ['a fallback', { chartValues: { a: '{{ $func.default($secret.X, $var.tier) }}' } }],
    ['values of a layer', { layeredChartValues: [{ values: { a: '{{ $var.tier }}' } }] }],
    ['the scope of a layer', { layeredChartValues: [{ scope: { '{{ $var.tier }}': 'pro' }, values: {} }] }],
    [
      'what a layer is compared with',
      { layeredChartValues: [{ scope: { '{{ $sys.deploymentCell.region }}': '{{ $var.tier }}' }, values: {} }] },
    ],
    ['a user', { username: '{{ $var.tier }}' }],
    ['a password', { password: '$var.password' }],
    ['a password in a block with its user', { authProvider: { username: 'ops', password: '{{ $var.password }}' } }],
    ['the instance', { chartValues: { a: '{{ $sys.instanceId }}' } }],
    ['its id', { chartValues: { a: '{{ $sys.id }}' } }],
    ['its namespace', { chartValues: { watch: '{{ $sys.namespace }}' } }],
    ['its namespace by the long name', { chartValues: { watch: '{{ $sys.deployment.resourceKubernetesNamespace }}' } }],
    ['a whole branch with it', { chartValues: { a: '$sys.deployment' } }],
    ['its seed', { chartValues: { a: '{{ $sys.deterministicSeedValue }}' } }],
    ['its tenant', { chartValues: { a: '{{ $sys.tenant.email }}' } }],
    ['its endpoint', { chartValues: { a: '{{ $sys.network.externalClusterEndpoint }}' } }],
    ['its machines', { chartValues: { a: '{{ $sys.compute.node.instanceType }}' } }],
    ['an output', { chartValues: { a: '{{ $main.out.host }}' } }],
    ['a parameter by its resource', { chartValues: { a: '{{ $main.var.tier }}' } }],
    ['a fact by its resource', { chartValues: { a: '{{ $main.sys.network.domainSuffix }}' } }],
    ['random text', { chartValues: { a: '{{ $func.random("string", 8) }}' } }],
    ['a random id', { chartValues: { a: '{{ $func.uuidv4() }}' } }],
    ['a random number', { chartValues: { a: '{{ $func.randomminmax(1, 9) }}' } }],
  ])('may not hold %s', (_what, fields) => {
    expect(findings(fields)).toEqual(['error tenant-value-in-shared-chart']);
  });

  it.each([
    ['a secret of the provider', { chartValues: { a: '{{ $secret.TOKEN }}' }, username: 'ops', password: '$secret.PASSWORD' }],
    ['facts of the cell', { chartValues: { a: '{{ $sys.deploymentCell.region }}', b: '$sys.deployment.cloudProvider' } }],
    ['facts of the plan', { chartValues: { a: '{{ $sys.deployment.planID }}', b: '{{ $main.sys.deploymentCell.region }}' } }],
    ['a seeded number', { chartValues: { a: '{{ $func.randomminmax(1, 9, 7) }}' } }],
    ['text for the chart’s own templates', { chartValues: { a: '{{ .Release.Name }} {{`{{ $labels.pod }}`}}' } }],
    ['a layer by cloud', { layeredChartValues: [{ scope: { '{{ $sys.deployment.cloudProvider }}': 'aws' }, values: { a: 1 } }] }],
  ])('may hold %s', (_what, fields) => {
    expect(findings(fields)).toEqual([]);
  });

  it('names the chart, the value and the cure', () => {
    const problem = problemOf(chart({ chartValues: { admin: '{{ $var.password }}' } }), 'tenant-value-in-shared-chart');
    expect(problem.message).toBe(
      "`$var.password` is chosen for each instance, and the chart 'pg' is installed once for all instances of the cell.",
    );
    expect(problem.cure).toContain('`$secret.<NAME>`');
    expect(problem.path).toMatch(/chartValues\.admin$/);
  });

  it('comes from an address also where an instance has a chart for itself', () => {
    const own = (url: string) =>
      findingsOf(
        `name: A\nservices:\n  - name: B\n    helmChartConfiguration: {chartName: a, chartVersion: 1.0.0, chartRepoURL: ${JSON.stringify(url)}}\n`,
      );
    expect(own('file:///etc').join()).toContain('bad-chart-address');
    expect(own('https://u:p@c.example').join()).toContain('bad-chart-address');
    expect(own('https://c.example').join()).not.toContain('address');
  });

  it('is not what an instance has for itself', () => {
    const own = `helmChartConfiguration: {chartName: a, chartVersion: 1.0.0, chartRepoURL: "https://c.example", chartValues: {a: "{{ $var.tier }}"}, namespace: "{{ $sys.namespace }}"}`;
    expect(planOf(`name: A\nservices:\n  - name: B\n    apiParameters: [{key: tier}]\n    ${own}\n`).resources[0]?.kind).toBe('HelmChart');
  });
});

describe('an expression where none is read', () => {
  it.each(['chartName', 'chartVersion', 'chartRepoName', 'chartRepoURL', 'namespace', 'releaseName'])('in %s', (key) => {
    for (const text of [
      '{{ $sys.deploymentCell.region }}',
      '$secret.X',
      'x-{{ $var.tier }}',
      '{{workflow.parameters.x}}',
      '{{ $vars.tier }}',
    ])
      expect(findings({ [key]: text })).toEqual(['error expression-not-read']);
  });

  it('in keys and tags of values', () => {
    expect(findings({ chartValues: { '{{ $secret.X }}': 1 } })).toEqual(['error expression-not-read']);
    expect(findings({ chartValues: { a: '{{inputs.parameters.x}}' } })).toEqual(['warning expression-not-read']);
  });

  it.each([
    ['- {key: a, defaultValue: "{{ $sys.id }}"}'],
    ['- {key: a, defaultValue: "$var.b"}\n- {key: b}'],
    ['- {key: a, defaultValue: "x-{{workflow.parameters.b}}"}'],
    ['- {key: a, options: ["{{ $var.b }}"]}'],
    ['- {key: a, labeledOptions: {A: "$secret.B"}}'],
    ['- {key: a, labeledOptions: {"{{ $var.b }}": x}}'],
    ['- {key: a, regex: "{{ $var.b }}"}'],
    ['- {key: a, name: "Size of {{ $sys.id }}"}'],
  ])('of a parameter: %s', (parameters) => {
    expect(findingsOf(specOf({ parameters })).map((finding) => finding.replace(/ @.*/, ''))).toEqual(['error expression-not-read']);
  });

  it('but not in what a product may hold itself', () => {
    const parameters = '- {key: a, defaultValue: "Hello {{item}}, {{ .Name }} {{ $labels.x }} $HOME", regex: "^a{2}$"}';
    expect(findingsOf(specOf({ parameters }))).toEqual([]);
  });

  it.each([
    ['name of a plan', 'name: "{{ $var.x }}"\nservices:\n  - {name: A, apiParameters: [{key: x}]}\n', 'error'],
    ['account', 'name: A\ndeployment: {hostedDeployment: {awsAccountId: "$secret.X"}}\nservices:\n  - {name: A}\n', 'error'],
    ['number of nodes', 'name: A\nservices:\n  - {name: A, apiParameters: [{key: x}], compute: {replicaCount: "{{ $var.x }}"}}\n', 'error'],
    [
      'bound',
      'name: A\nservices:\n  - {name: A, apiParameters: [{key: x}], capabilities: {autoscaling: {maxReplicas: "$var.x"}}}\n',
      'error',
    ],
    [
      'cloud',
      'name: A\nservices:\n  - {name: A, apiParameters: [{key: x}], compute: {instanceTypes: [{name: a, cloudProvider: "$var.x"}]}}\n',
      'error',
    ],
    ['description', 'name: A\ndescription: "for {{ $sys.tenant.name }}"\nservices:\n  - {name: A}\n', 'warning'],
  ])('%s', (_what, spec, severity) => {
    const findings = findingsOf(spec).map((finding) => finding.replace(/ @.*/, ''));
    // A service without a workflow is not served, which is another matter.
    expect(findings.filter((finding) => finding !== 'warning resource-not-served')).toEqual([`${severity} expression-not-read`]);
  });
});
