import { describe, expect, it } from 'vitest';
import type { StubServer } from '../../context.testing.js';
import { fleet } from '../fleet.testing.js';

const plan = { productTierID: 'pt-1', name: 'Small', description: '', modelType: 'CUSTOMER_HOSTED', tierType: 'CUSTOM_TENANCY' };
const environment = (id: string, name: string) => ({
  id,
  name,
  type: name.toUpperCase(),
  visibility: 'PRIVATE',
  servicePlans: id === 'se-1' ? [plan] : [],
});
const SERVICE = {
  id: 's-1',
  name: 'Postgres',
  description: '',
  serviceEnvironments: [environment('se-1', 'Dev'), environment('se-2', 'Prod')],
};
const DOMAIN = {
  clusterEndpoint: 'portal.example.net',
  customDomain: 'shop.example.com',
  description: '',
  environmentType: 'PROD',
  name: 'shop',
  status: 'PENDING',
  statusMessage: 'There is no CNAME record.',
  records: [{ type: 'CNAME', name: 'shop.example.com', value: 'portal.example.net' }],
};

const cell = { hostClusterID: 'cell-1', message: '1 healthy' };
const region = { region: 'us-east-1', deploymentCellHealthSummary: { 'cell-1': cell } };
const HEALTH = {
  status: 'Healthy',
  message: 'Of 1 instance 1 healthy.',
  cloudProviderHealthSummary: { aws: { cloudProvider: 'aws', regionalHealthSummary: { 'us-east-1': region } } },
};

const DIFFERENCES = [
  { resource: 'pg', area: 'parameter', name: 'size', change: 'changed', fields: [{ path: 'defaultValue', before: '1', after: '2' }] },
  {
    resource: 'pg',
    area: 'workflow',
    name: 'create',
    change: 'changed',
    fields: [{ path: 'templates[apply].manifest', before: 'a\nb', after: 'a\nc', lines: ['-b', '+c'] }],
  },
];
const PREVIEW = {
  environmentId: 'se-1',
  environmentName: 'Dev',
  fingerprint: 'f00d',
  targets: [
    {
      environmentId: 'se-2',
      environmentName: 'Prod',
      environmentType: 'PROD',
      status: 'OUT_OF_SYNC',
      otherPlans: ['Large'],
      plans: [
        {
          productTierId: 'pt-1',
          planName: 'Small',
          version: '3.0',
          versionName: '',
          status: 'OUT_OF_SYNC',
          action: 'new-version',
          targetVersion: '1.0',
          becomes: '2.0',
          instances: 4,
          differences: DIFFERENCES,
          missingSecrets: ['TOKEN'],
          featuresOnlyHere: ['LOGS (CUSTOMER)'],
          featuresOnlyThere: [],
          problems: [{ code: 'missing-secret', refuses: true, message: 'Secret TOKEN is missing.' }],
        },
      ],
    },
  ],
};

const server: StubServer = ({ method, path }) => {
  if (path === '/service') return { body: method === 'POST' ? JSON.stringify('s-2') : { ids: ['s-1'], services: [SERVICE] } };
  if (path.endsWith('/promotion')) return { body: PREVIEW };
  if (path.includes('/diff/')) return { body: { version: '1.0', anotherVersion: '2.0', differences: DIFFERENCES, resourceChangeSets: {} } };
  if (path.endsWith('/metadata')) return { body: { version: '1.0', releaseNotes: 'Better.' } };
  if (path.endsWith('/promote'))
    return method === 'POST' ? { status: 202, body: undefined } : { body: [{ targetEnvironmentID: 'se-2', status: 'IN_SYNC' }] };
  if (path === '/fleet/operations/service-health') return { body: HEALTH };
  if (path.endsWith('/version-set/spec')) return { body: { version: '1.0', specContent: 'name: Small\n' } };
  if (path.endsWith('/deprecate')) return { body: { version: '1.0', status: 'Deprecated' } };
  if (path === '/service/s-1/environment') return { body: JSON.stringify('se-3') };
  if (path.startsWith('/service/s-1/environment/'))
    return method === 'GET'
      ? { body: { name: 'Prod', type: 'PROD', sourceEnvironmentId: 'se-1', promotionStatus: [] } }
      : { body: undefined };
  if (path.startsWith('/service/s-1/product-tier/'))
    return { body: { id: 'pt-1', serviceModelId: 'sm-1', enabledFeatures: [{ feature: 'LOGS', scope: 'CUSTOMER', configuration: {} }] } };
  if (path.startsWith('/service/s-1/model/')) return { body: { id: 'sm-1', features: [] } };
  if (path.startsWith('/saas-portal-custom-domain')) return { body: method === 'GET' ? { customDomains: [DOMAIN] } : undefined };
  return undefined;
};

describe('environment', () => {
  it('promote sends what is named, and shows where it went', async () => {
    const line = await fleet(server);
    const all = await line.run('environment', 'promote', 'postgres', 'dev');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/se-2\s+Prod\s+IN_SYNC/);
    const one = await line.run('environment', 'promote', 'Postgres', 'Dev', '--plan', 'small', '--version', '3.0', '-o', 'json');
    expect(JSON.parse(one.out)).toEqual([{ environment_id: 'se-2', name: 'Prod', status: 'IN_SYNC' }]);
    expect(line.changes).toEqual([
      ['POST /service/s-1/environment/se-1/promote', {}],
      ['POST /service/s-1/environment/se-1/promote', { productTierId: 'pt-1', productTierVersion: '3.0' }],
    ]);
  });

  it('promote --dry-run shows what differs and what is missing, and changes nothing', async () => {
    const line = await fleet(server);
    const { out, code } = await line.run('environment', 'promote', 'Postgres', 'Dev', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/Prod \(PROD\)\s+Small\s+3\.0\s+1\.0\s+2\.0\s+2\s+4\s+missing-secret/);
    for (const text of [
      '~ pg: parameter size',
      'defaultValue: 1 → 2',
      '+c',
      'refused: Secret TOKEN is missing.',
      'stay: Large',
      '--expect f00d',
    ])
      expect(out).toContain(text);
    const json = await line.run('environment', 'promote', 'Postgres', 'Dev', '--dry-run', '-o', 'json');
    expect(JSON.parse(json.out)).toEqual(PREVIEW);
    expect(line.changes).toEqual([]);
    await line.run('environment', 'promote', 'Postgres', 'Dev', '--expect', 'f00d', '--allow-missing-secrets');
    expect(line.changes).toEqual([['POST /service/s-1/environment/se-1/promote', { expected: 'f00d', allowMissingSecrets: true }]]);
  });

  it('describe says what is out of sync with the source', async () => {
    const { out } = await (await fleet(server)).run('environment', 'describe', 'Postgres', 'Prod');
    expect(out).toContain('takes from Dev (se-1)');
    expect(out).toContain('OUT_OF_SYNC: Small 1.0, 3.0 at the source (2 differences)');
  });

  it('create and update name the source', async () => {
    const line = await fleet(server);
    await line.run('environment', 'create', 'Postgres', 'Stage', '--type', 'STAGING', '--source', 'Dev', '--auto-approve', 'no');
    await line.run('environment', 'update', 'Postgres', 'Prod', '--source', 'Dev', '--name', 'Live');
    expect(line.changes).toEqual([
      [
        'POST /service/s-1/environment',
        {
          name: 'Stage',
          description: '',
          deploymentConfigId: 'default',
          type: 'STAGING',
          sourceEnvironmentId: 'se-1',
          autoApproveSubscription: false,
        },
      ],
      ['PATCH /service/s-1/environment/se-2', { name: 'Live', sourceEnvironmentId: 'se-1' }],
    ]);
  });

  it('health tells of each cell', async () => {
    const { out } = await (await fleet(server)).run('environment', 'health', 'Postgres', 'Dev');
    expect(out).toMatch(/Healthy[\s\S]*aws us-east-1, cell cell-1:?\s+1 healthy/i);
  });

  it('asks before it deletes, and says what it does not find', async () => {
    const line = await fleet(server);
    expect((await line.run('environment', 'delete', 'Postgres', 'Prod')).code).toBe(1);
    expect(line.changes).toEqual([]);
    expect((await line.run('environment', 'promote', 'Postgres', 'Moon')).err).toContain('There is: Dev, Prod');
  });
});

describe('service-plan versions', () => {
  it('are deprecated, and their specs printed as they are', async () => {
    const line = await fleet(server);
    expect((await line.run('service-plan', 'spec', 'Postgres', 'Small')).out).toBe('name: Small\n');
    expect((await line.run('service-plan', 'deprecate', 'Postgres', 'Small', '--version', '1.0')).out).toContain('Deprecated');
    expect(line.changes).toEqual([['PATCH /service/s-1/productTier/pt-1/version-set/1.0/deprecate', undefined]]);
  });
});

describe('service-plan diff-versions and release-notes', () => {
  it('show the parts and lines that differ, and the notes', async () => {
    const line = await fleet(server);
    const { out } = await line.run('service-plan', 'diff-versions', 'Postgres', 'Small', '--version', '1.0', '--to', '2.0');
    expect(out).toBe(
      'From 1.0 to 2.0:\n~ pg: parameter size\n    defaultValue: 1 → 2\n~ pg: workflow create\n    templates[apply].manifest:\n      -b\n      +c\n',
    );
    const text = await line.run('service-plan', 'diff-versions', 'Postgres', 'Small', '-o', 'text');
    expect(text.out).toBe('pg\tparameter\tsize\tchanged\tdefaultValue\npg\tworkflow\tcreate\tchanged\ttemplates[apply].manifest\n');
    expect((await line.run('service-plan', 'release-notes', 'Postgres', 'Small', '--set', 'Better.')).out).toContain('Better.');
    expect(line.changes).toEqual([['PATCH /service/s-1/productTier/pt-1/version-set/preferred/metadata', { releaseNotes: 'Better.' }]]);
  });
});

describe('service-plan features', () => {
  it('are of the plan or of its hosting model, by their names', async () => {
    const line = await fleet(server);
    const options = ['--feature', 'LOGS', '--scope', 'CUSTOMER', '--configuration', '{"provider":"native"}'];
    const { out } = await line.run('service-plan', 'enable-feature', 'Postgres', 'Small', ...options);
    expect(out).toContain('LOGS (CUSTOMER)');
    await line.run('service-plan', 'disable-feature', 'Postgres', 'Small', '--feature', 'CUSTOM_NETWORKS');
    expect(line.changes).toEqual([
      ['PUT /service/s-1/product-tier/pt-1/feature', { feature: 'LOGS', scope: 'CUSTOMER', configuration: { provider: 'native' } }],
      ['DELETE /service/s-1/model/sm-1/feature', { feature: 'CUSTOM_NETWORKS' }],
    ]);
    const bad = await line.run('service-plan', 'enable-feature', 'Postgres', 'Small', '--feature', 'LOGS', '--configuration', '[1]');
    expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('must be a JSON object') });
  });
});

describe('domain', () => {
  it('create shows the records that it needs', async () => {
    const line = await fleet(server);
    const { code, out } = await line.run('domain', 'create', '--domain', 'shop.example.com');
    expect([code, out]).toEqual([0, expect.stringMatching(/CNAME of shop\.example\.com:?\s+portal\.example\.net/i)]);
    expect(line.changes).toEqual([
      [
        'POST /saas-portal-custom-domain',
        { customDomain: 'shop.example.com', environmentType: 'PROD', name: 'shop.example.com', description: '' },
      ],
    ]);
    expect((await line.run('domain', 'describe', 'DEV')).err).toContain('DEV has no domain');
    expect(JSON.parse((await line.run('domain', 'list', '-o', 'json')).out)).toEqual([DOMAIN]);
  });
});
