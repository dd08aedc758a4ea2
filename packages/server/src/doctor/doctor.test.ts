import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlan } from '@cellplane/plan';
import { type Simulator, startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from './check.js';
import { checkEndpointDomain } from './cluster-checks.js';
import { examineCluster } from './doctor.js';
import { clusterRole, rightsFor } from './rights.js';

// On the wire of the simulated API server, which judges access reviews as a real one does; e2e/doctor.cell.ts asks a real one.
let simulator: Simulator;
const folder = mkdtempSync(join(tmpdir(), 'cellplane-doctor-'));
beforeAll(async () => {
  simulator = await startSimulator({});
});
afterAll(() => simulator.stop());

/** The file of the simulator's kubeconfig; `as` makes every call another user's. */
function kubeconfigFile(as?: string): string {
  const path = join(folder, `${as ?? 'admin'}.yaml`.replaceAll(':', '-'));
  const text =
    as === undefined
      ? simulator.kubeconfig
      : simulator.kubeconfig.replace(/\n( *)user:\n/, (found, indent: string) => `${found}${indent}  as: ${as}\n`);
  writeFileSync(path, text);
  return path;
}

const examine = (more: Partial<Parameters<typeof examineCluster>[0]> = {}) =>
  examineCluster({
    kubeconfig: kubeconfigFile(),
    named: '--kubeconfig',
    helm: process.execPath,
    endpointDomain: 'cellplane.local',
    ...more,
  });
const found = (checks: Check[], name: string) => checks.filter((check) => check.name.startsWith(name));

const plan = (kind: string, charts = '') => {
  const { plan: built, problems } = buildPlan(`
name: Things
deployment:
  hostedDeployment:
    awsAccountId: '000000000000'
    awsBootstrapRoleAccountArn: arn:aws:iam::000000000000:role/x
services:
  - name: Thing
${charts}
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                manifest: |
                  apiVersion: ${kind === 'Certificate' ? 'cert-manager.io/v1' : 'v1'}
                  kind: ${kind}
                  metadata:
                    name: thing
`);
  if (built === undefined) throw new Error(JSON.stringify(problems));
  return built;
};

describe('a cluster whose account may do everything', () => {
  it('has the rights, a version and a storage class', async () => {
    const checks = await examine();
    expect(found(checks, 'rights: ').map(({ outcome }) => outcome)).toEqual(
      rightsFor([])
        .map(() => 'ok')
        .concat('ok'),
    );
    expect(found(checks, 'Kubernetes version')).toMatchObject([{ outcome: 'ok', message: expect.stringContaining('v1.') as string }]);
    expect(found(checks, 'StorageClass')).toMatchObject([{ outcome: 'ok' }]);
    expect(found(checks, 'DNS of endpoints')).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('is told that Helm is no Helm: a failure only for a plan with charts', async () => {
    expect(found(await examine(), 'Helm')).toMatchObject([{ outcome: 'warning' }]);
    expect(found(await examine({ helm: '/no/such/helm' }), 'Helm')).toMatchObject([
      { outcome: 'warning', cure: expect.stringContaining('CELLPLANE_HELM') as string },
    ]);
  });

  it('serves the kinds of a plan, or is told which one is missing', async () => {
    const served = await examine({ plan: plan('ConfigMap') });
    expect(found(served, 'kind: ')).toMatchObject([{ name: 'kind: ConfigMap of v1', outcome: 'ok', message: 'served as configmaps' }]);
    expect(found(served, 'rights: configmaps (of the plan)')).toMatchObject([{ outcome: 'ok' }]);
    const missing = await examine({ plan: plan('Certificate') });
    expect(found(missing, 'kind: ')).toMatchObject([
      { outcome: 'failed', cure: expect.stringContaining('helmChartDependencies') as string },
    ]);
    expect(found(missing, 'cert-manager')).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('an account without rights', () => {
  it('is told each right that it lacks, why, and the rule to add', async () => {
    const checks = await examine({ kubeconfig: kubeconfigFile('system:serviceaccount:default:nobody') });
    expect(found(checks, 'rights: namespaces')).toEqual([
      {
        name: 'rights: namespaces',
        outcome: 'failed',
        message: expect.stringContaining('may not get, list, create, patch, delete namespaces: each instance has a namespace') as string,
        cure: 'Add to its ClusterRole: apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "create", "patch", "delete"].',
      },
    ]);
    expect(checks.filter(({ name }) => name === 'rights: pods')).toMatchObject([{ outcome: 'warning' }]);
    expect(found(checks, 'rights: operator charts')).toMatchObject([{ outcome: 'skipped' }]);
  });
});

it('a cluster that does not answer is one failure, and what needs no cluster is checked all the same', async () => {
  const path = join(folder, 'away.yaml');
  writeFileSync(path, simulator.kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:1'));
  const checks = await examine({ kubeconfig: path });
  expect(checks.map(({ name }) => name)).toEqual(['cluster', 'DNS of endpoints', 'Helm']);
  expect(checks[0]).toMatchObject({ outcome: 'failed', message: expect.stringContaining('127.0.0.1:1') as string });
});

it('a domain of endpoints resolves, or a wildcard record is advised', async () => {
  const resolves = await checkEndpointDomain('db.example.com', async (host) => {
    expect(host).toBe('doctor.db.example.com');
    return { address: '192.0.2.1', family: 4 };
  });
  expect(resolves).toMatchObject({ outcome: 'ok', message: 'doctor.db.example.com resolves to 192.0.2.1' });
  const fails = await checkEndpointDomain('db.example.com', async () => Promise.reject(new Error('ENOTFOUND')));
  expect(fails).toMatchObject({ outcome: 'warning', cure: expect.stringContaining('*.db.example.com') as string });
});

it('the ClusterRole has one rule a kind, with all verbs of it', () => {
  const role = clusterRole(rightsFor([{ group: '', resource: 'pods', verbs: ['get', 'delete'] }])).find(
    (object) => (object as { kind: string }).kind === 'ClusterRole',
  ) as { rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
  expect(role.rules.filter(({ apiGroups, resources }) => resources.includes('pods') && apiGroups.includes(''))).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'get', 'watch', 'delete'] },
  ]);
  expect(role.rules.every(({ apiGroups, resources, verbs }) => ![...apiGroups, ...resources, ...verbs].includes('*'))).toBe(true);
});

it('a kubeconfig that cannot be read is told by the option that names it', async () => {
  await expect(examine({ kubeconfig: join(folder, 'none.yaml') })).rejects.toThrow(/^--kubeconfig: kubeconfig .*none\.yaml cannot be read/);
});
