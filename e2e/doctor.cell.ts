import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildPlan,
  type ControlPlane,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilStatus,
} from './control-plane.testing.js';
import { kubeconfig, kubectl, kubectlSucceeds, kubectlWith } from './real-cluster.testing.js';

// What `cellplane doctor --cluster-role` prints is enough for the life of an instance, and nothing of it is more than is asked for.
const command = fileURLToPath(new URL('../packages/cli/bin/cellplane.mjs', import.meta.url));
const SPEC = `
name: Narrow
deployment:
  hostedDeployment:
    awsAccountId: '000000000000'
    awsBootstrapRoleAccountArn: arn:aws:iam::000000000000:role/x
services:
  - name: Thing
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: data.ready == true
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: settings
                  data:
                    ready: 'true'
`;
let folder: string;
let spec: string;
let narrow: string;
let plane: ControlPlane | undefined;

const doctor = (...args: string[]) =>
  promisify(execFile)(process.execPath, [command, 'doctor', ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellplane-doctor-'));
  spec = join(folder, 'spec.yaml');
  await writeFile(spec, SPEC);
  const role = await doctor('--cluster-role', '-f', spec);
  await kubectlWith(role.stdout, 'apply', '-f', '-');
  narrow = join(folder, 'narrow.yaml');
  await writeFile(narrow, await kubeconfigOf('cellplane'));
});
afterAll(async () => {
  await plane?.stop();
  await kubectl('delete', 'clusterrolebinding,clusterrole', 'cellplane', '--ignore-not-found');
  await kubectl('delete', 'namespace', 'cellplane-system', '--ignore-not-found', '--wait=false');
  await rm(folder, { recursive: true, force: true });
});

/** A kubeconfig with a token of a ServiceAccount in cellplane-system. */
async function kubeconfigOf(account: string): Promise<string> {
  const token = await kubectl('-n', 'cellplane-system', 'create', 'token', account, '--duration=2h');
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json')) as { users: unknown[] };
  const [user] = config.users as [{ name: string }];
  return JSON.stringify({ ...config, users: [{ name: user.name, user: { token } }] });
}

describe('doctor', () => {
  it('finds nothing wrong with the account of an administrator', async () => {
    const { code, stdout } = await doctor('--kubeconfig', kubeconfig(), '-f', spec, '-o', 'json');
    const checks = JSON.parse(stdout) as { name: string; outcome: string }[];
    expect(checks.filter(({ name, outcome }) => /^(rights|kind|Kubernetes)/.test(name) && outcome !== 'ok')).toEqual([]);
    expect(code).toBe(0);
  });

  it('names each right that an account lacks, and ends with 1', async () => {
    await kubectl('-n', 'cellplane-system', 'create', 'serviceaccount', 'nobody');
    const path = join(folder, 'nobody.yaml');
    await writeFile(path, await kubeconfigOf('nobody'));
    const { code, stdout } = await doctor('--kubeconfig', path);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ rights: namespaces .*may not get, list, create, patch, delete namespaces/);
    expect(stdout).toMatch(/✗ rights: roles\.rbac\.authorization\.k8s\.io .*escalate, bind/);
  });

  it('is content with the account of the ClusterRole that it prints', async () => {
    const { code, stdout } = await doctor('--kubeconfig', narrow, '-f', spec, '-o', 'json');
    const checks = JSON.parse(stdout) as { name: string; outcome: string; message: string }[];
    expect(
      checks.filter(({ name, outcome }) => name !== 'rights: operator charts' && name.startsWith('rights') && outcome !== 'ok'),
    ).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('the account of that ClusterRole', () => {
  it('is enough to create an instance, to see it run, and to delete it', async () => {
    plane = await startControlPlane({ CELLPLANE_KUBECONFIG: narrow });
    const plan = await buildPlan(plane.client, `Narrow ${randomBytes(4).toString('hex')}`, { text: SPEC });
    const id = await createInstance(plane.client, plan, {});
    await untilStatus(plane.client, id, 'RUNNING', 60_000);
    expect(await kubectl('-n', id, 'get', 'configmap', 'settings', '-o', 'jsonpath={.data.ready}')).toBe('true');
    const { client } = plane;
    await client.deleteInstance({ params: instanceParams(plan, id), body: {} });
    await until(
      'the namespace is gone',
      async () => !(await kubectlSucceeds('get', 'namespace', id)),
      60_000,
      () => plane?.log().slice(-2000) ?? '',
    );
  });
});
