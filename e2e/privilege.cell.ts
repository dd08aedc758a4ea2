import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, buildPlan, type ControlPlane, createInstance, startControlPlane, untilStatus } from './control-plane.testing.js';
import { clusterEnvironment, kubectl, kubectlWith } from './real-cluster.testing.js';

// What keeps the tasks of one instance away from everything else, on a real API server with its own RBAC (docs/kubernetes-access.md).
const suffix = randomBytes(4).toString('hex');
const ACTIONS = ['apply', 'create', 'replace', 'patch', 'delete', 'get'] as const;
type Action = (typeof ACTIONS)[number];

interface Task {
  action: Action;
  manifest: Record<string, unknown>;
}

let plane: ControlPlane;
let victim = '';
const instances = new Set<string>();

beforeAll(async () => {
  plane = await startControlPlane(clusterEnvironment());
  const plan = await build('Ordinary', { create: [settings('apply')], modify: [settings('patch')], delete: [settings('delete'), secret] });
  victim = await create(plan, {});
  await untilStatus(plane.client, victim, 'RUNNING', 60_000);
});
afterAll(async () => {
  if (instances.size > 0) await kubectl('delete', 'namespace', ...instances, '--ignore-not-found', '--wait=false');
  await plane?.stop();
});

/** The object that the tasks are about: the one that every instance has. */
const settings = (action: Action, metadata: Record<string, unknown> = {}): Task => ({
  action,
  manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', ...metadata }, data: { by: '{{ $sys.instanceId }}' } },
});
const secret: Task = { action: 'get', manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } } };

/** A plan whose workflows are these tasks, one after the other; it has a parameter that nothing checks. */
function spec(name: string, verbs: Record<string, Task[]>): string {
  const workflows = Object.entries(verbs).map(([verb, tasks]) => {
    const templates = tasks.map(({ action, manifest }, index) => ({
      name: `task-${index}`,
      inputs: { parameters: [{ name: 'target' }] },
      resource: {
        action,
        ...(action === 'patch' ? { mergeStrategy: 'merge' } : {}),
        manifest: JSON.stringify(manifest),
      },
    }));
    const dag = tasks.map((_, index) => ({
      name: `task${index}`,
      template: `task-${index}`,
      arguments: { parameters: [{ name: 'target', value: '{{workflow.parameters.target}}' }] },
      ...(index === 0 ? {} : { dependencies: [`task${index - 1}`] }),
    }));
    const parameters = [{ name: 'target', value: '{{ $var.target }}' }];
    const workflow = {
      entrypoint: 'main',
      activeDeadlineSeconds: 30,
      arguments: { parameters },
      templates: [{ name: 'main', dag: { tasks: dag } }, ...templates],
    };
    return [verb, { workflow }];
  });
  return JSON.stringify({
    name,
    deployment: { hostedDeployment: { awsAccountId: '000000000000', awsBootstrapRoleAccountArn: 'arn:aws:iam::000000000000:role/x' } },
    services: [
      {
        name: 'Thing',
        apiParameters: [{ key: 'target', name: 'Target', description: 'Any text', type: 'String', modifiable: true, defaultValue: 'none' }],
        systemWorkflows: Object.fromEntries(workflows),
      },
    ],
  });
}

const build = (name: string, verbs: Record<string, Task[]>) => buildPlan(plane.client, `${name} ${suffix}`, { text: spec(name, verbs) });

async function create(plan: BuiltPlan, parameters: Record<string, unknown>): Promise<string> {
  const id = await createInstance(plane.client, plan, parameters);
  instances.add(id);
  return id;
}

const user = (instance: string) => `system:serviceaccount:${instance}:cellplane-run`;
const victimObject = () =>
  kubectl('-n', victim, 'get', 'configmap', 'settings', '-o', 'jsonpath={.metadata.uid} {.metadata.resourceVersion} {.data.by}');

describe('the rights of an instance', () => {
  it('are the kinds and verbs of its plan, in its namespace, and nothing else', async () => {
    const review = async (namespace: string) => {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
      const answer = await kubectlWith(JSON.stringify(body), 'create', '--validate=false', '-f', '-', '-o', 'json', '--as', user(victim));
      const { status } = JSON.parse(answer) as {
        status: { resourceRules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
      };
      // What every authenticated user of a cluster may do: ask who they are and what they may.
      return status.resourceRules.filter(({ apiGroups }) => !apiGroups.some((group) => /^auth\w+\.k8s\.io$/.test(group)));
    };
    const rules = (await review(victim)).map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs: verbs.toSorted() }));
    expect(rules.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'delete', 'get', 'patch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
    ]);
    expect(await review('kube-system')).toEqual([]);
  });
});

describe('a task that reaches into another instance', () => {
  it('does not build where the plan says so itself', async () => {
    await expect(build('Literal', { create: [settings('apply', { namespace: 'kube-system' })] })).rejects.toThrow(
      /may only touch the namespace of its instance/,
    );
  });

  it.each(ACTIONS)('%s: ends FAILED before anything is asked, where a customer says so', async (action) => {
    const before = await victimObject();
    const plan = await build(`Reaching ${action}`, { create: [settings(action, { namespace: '{{inputs.parameters.target}}' })] });
    const id = await create(plan, { target: victim });
    const ended = await untilStatus(plane.client, id, 'FAILED', 60_000);
    expect(ended.statusDescription).toMatch(new RegExp(`namespace.*${victim}|${victim}.*namespace`));
    expect(ended.statusDescription).toContain(id);
    expect(await victimObject()).toBe(before);
  });

  it.each([
    ['get', ['get', 'configmap', 'settings']],
    ['patch', ['patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"by":"me"}}']],
    ['delete', ['delete', 'configmap', 'settings', '--wait=false']],
    ['create', ['create', 'configmap', 'mine']],
  ])('%s: is forbidden by the API server for its account, which may do that at home', async (verb, args) => {
    const plan = await build('At home', { create: [settings('apply')], delete: [settings('delete')] });
    const id = await create(plan, {});
    await untilStatus(plane.client, id, 'RUNNING', 60_000);
    const before = await victimObject();
    await expect(kubectl('-n', victim, ...args, '--as', user(id))).rejects.toThrow(/configmaps.* is forbidden: User/);
    expect(await victimObject()).toBe(before);
    expect(await kubectl('-n', id, 'auth', 'can-i', verb, 'configmaps', '--as', user(id))).toBe('yes');
  });
});
