/** A snapshot's metadata was read from objects that the tenant can write: what manifests may not do with it, however it gets there. */
import { describe, expect, it } from 'vitest';
import type { ResourceAction } from '../model.js';
import { renderManifest } from './manifest/manifest.js';
import { resolveExpressions } from './resolve.js';
import { checkTaint } from './taint.js';

const victim = 'instance-victim000';
const context = {
  sys: {
    instanceId: 'instance-own000000',
    namespace: 'instance-own000000',
    restore: { snapshotId: 'instance-ss-own00000', metadata: { name: victim, deep: { list: [victim] } } },
    snapshot: { id: 'instance-ss-own00000', metadata: { name: victim } },
  },
  parameters: {},
  secrets: () => undefined,
  resources: {},
  seed: 'seed',
};

/** What the rule says of a manifest whose `X` is the expression. */
function refusal(manifest: string, expression: string, action: ResourceAction) {
  const place = 'templates.t.manifest';
  const { values, unresolved } = resolveExpressions([{ place: `${place}#0`, text: expression }], context);
  expect(unresolved).toEqual([]);
  const rendered = renderManifest(manifest.replace('X', `{{ ${expression} }}`), { inputs: {}, values, place });
  if (!rendered.ok) throw new Error(rendered.problem.message);
  const { object, taintedPaths } = rendered.value;
  return checkTaint({ object, taintedPaths, action, instanceNamespace: 'instance-own000000' })?.code;
}

const EXPRESSIONS = [
  '$sys.restore.metadata.name',
  '$sys.restore.metadata.deep.list[0]',
  '$sys["restore"]["metadata"].name',
  '$sys.snapshot.metadata.name',
  '$func.lower($sys.restore.metadata.name)',
  '$func.default($sys.restore.metadata.missing, $sys.snapshot.metadata.name)',
];

const MANIFESTS: [string, string, ResourceAction][] = [
  ['the namespace of an object', 'kind: Cluster\nmetadata: {name: a, namespace: "X"}\n', 'apply'],
  ['a namespace within it', 'kind: Cluster\nmetadata: {name: a}\nspec: {source: {namespace: "X"}}\n', 'apply'],
  ['a namespace by a part of its name', 'kind: Cluster\nmetadata: {name: a}\nspec: {source: {namespace: "ns-X"}}\n', 'apply'],
  ['a namespace by another word', 'kind: Copy\nmetadata: {name: a}\nspec: {sourceNamespace: "X"}\n', 'apply'],
  ['one of several namespaces', 'kind: Restore\nmetadata: {name: a}\nspec: {includedNamespaces: [own, "X"]}\n', 'apply'],
  ['namespaces that are selected', 'kind: M\nmetadata: {name: a}\nspec: {namespaceSelector: {matchNames: ["X"]}}\n', 'apply'],
  ['a Namespace', 'kind: Namespace\nmetadata: {name: "X"}\n', 'delete'],
  ['a Secret', 'kind: Secret\nmetadata: {name: "X"}\n', 'get'],
  ['a secret', 'kind: Cluster\nmetadata: {name: a}\nspec: {superuserSecret: {name: "X"}}\n', 'apply'],
  ['one of several secrets', 'kind: Pod\nmetadata: {name: a}\nspec: {imagePullSecrets: [{name: "X"}]}\n', 'apply'],
  ['one of a list of secrets', 'kind: Cluster\nmetadata: {name: a}\nspec: {secrets: ["X"]}\n', 'apply'],
  ['one of several names of secrets', 'kind: Cluster\nmetadata: {name: a}\nspec: {tlsSecretNames: ["X"]}\n', 'apply'],
  [
    'a secret that a key is taken from',
    'kind: Pod\nmetadata: {name: a}\nspec: {env: [{valueFrom: {secretKeyRef: {name: "X"}}}]}\n',
    'apply',
  ],
  ['what is deleted outside the own namespace', 'kind: Backup\nmetadata: {name: "X", namespace: other}\n', 'delete'],
];

describe.each(EXPRESSIONS)('%s', (expression) => {
  it.each(MANIFESTS)('never names %s', (_what, manifest, action) => {
    expect(refusal(manifest, expression, action)).toBe('tainted-identifier');
  });
  it('may be a plain value, and name an own object', () => {
    expect(refusal('kind: Cluster\nmetadata: {name: a}\nspec: {backupID: "X"}\n', expression, 'apply')).toBeUndefined();
    expect(refusal('kind: Backup\nmetadata: {name: "X", namespace: instance-own000000}\n', expression, 'delete')).toBeUndefined();
  });
});

it.each(['$sys.restore.snapshotId', '$sys.snapshot.id', '$sys.namespace'])('%s is the platform’s own word, and may', (expression) => {
  for (const [, manifest, action] of MANIFESTS) expect(refusal(manifest, expression, action)).toBeUndefined();
});
