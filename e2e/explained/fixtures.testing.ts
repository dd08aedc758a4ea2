/** The states in which people look for a reason. Each is a plan, what happens on the cluster, and what is to be said. */
import { app, type Fixture, REMOVE, SETTINGS, widget } from './fixture.testing.js';
import { webhook } from './webhook.testing.js';

const READY = 'successCondition: status.phase == Ready';

/** Objects that do not become what the plan waits for. */
const NOT_READY: Fixture[] = [
  {
    title: 'the operator is silent',
    plan: { create: [widget(READY)] },
    ends: 'waits',
    object: 'Widget/db',
    says: ['status.phase == Ready', 'Widget/db has no status: its operator has not said anything about it'],
    means: 'The object is there, and no operator has written a status.',
    cure: 'See whether the operator runs and watches this namespace.',
  },
  {
    title: 'the operator reports a failure',
    plan: { create: [widget(`${READY}\nfailureCondition: status.phase == Failed`)] },
    others: ({ setStatus, widget: db }) => setStatus(db, { phase: 'Failed', message: 'no disk of 1 TB is left in zone b' }),
    ends: 'fails',
    object: 'Widget/db',
    says: ["failure condition 'status.phase == Failed' evaluated true", 'no disk of 1 TB is left in zone b'],
    means: 'The plan’s failureCondition holds; the operator’s own words follow.',
    cure: 'Do what the operator says, then retry the run.',
  },
  {
    title: 'the image is missing',
    plan: { create: [app('{containers: [{name: main, image: "registry.test/does-not-exist:1"}]}')] },
    ends: 'waits',
    object: 'Deployment/app',
    says: ['pod app-…, container main: …ImagePull…"registry.test/does-not-exist:1"'],
    means: 'The kubelet cannot pull the image.',
    cure: 'Correct its name or tag in the plan, or the pull secret; then modify or retry.',
  },
  {
    title: 'no node takes the pod',
    plan: { create: [app('{nodeSelector: {disk: does-not-exist}, containers: [{name: main, image: "registry.test/app:1"}]}')] },
    ends: 'waits',
    object: 'Deployment/app',
    says: ["pod app-… is not scheduled: Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity"],
    means: 'The scheduler has no node for a pod.',
    cure: 'Add nodes, or change requests, selectors or tolerations.',
  },
  {
    title: 'a container crashes again and again',
    plan: { create: [app('{containers: [{name: main, image: "registry.test/app:1", command: [sh, -c, exit 3]}]}')] },
    ends: 'waits',
    object: 'Deployment/app',
    says: ['pod app-…, container main: CrashLoopBackOff: back-off …s restarting failed container=main', 'last ended with exit code 3'],
    means: 'A container ends with an error each time it is started.',
    cure: 'Read its log (`kubectl logs --previous`).',
  },
  {
    title: 'a claim has no storage class',
    plan: {
      create: [
        {
          name: 'data',
          resource: 'action: apply\nsuccessCondition: status.phase == Bound',
          manifest: `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: does-not-exist, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}`,
        },
      ],
    },
    ends: 'waits',
    object: 'PersistentVolumeClaim/data',
    says: ['status.phase == Bound', 'ProvisioningFailed: storageclass.storage.k8s.io "does-not-exist" not found'],
    means: 'No provisioner makes the volume.',
    cure: 'Name a storage class that the cell has.',
  },
  {
    title: 'a gate names a field that never comes',
    plan: { create: [widget('successCondition: status.phase == Ready && status.endpoint.port > 0')] },
    others: ({ setStatus, widget: db }) => setStatus(db, { phase: 'Ready' }),
    ends: 'waits',
    object: 'Widget/db',
    says: ['status.endpoint.port > 0: not there yet'],
    means: 'A clause of the gate reads a field that the object does not have; the other clauses hold.',
    cure: 'Correct the path in the plan, or wait for the operator.',
  },
  {
    title: 'a gate sees another value',
    plan: { create: [widget('successCondition: status.readyReplicas == 3')] },
    others: ({ setStatus, widget: db }) => setStatus(db, { readyReplicas: 2 }),
    ends: 'waits',
    object: 'Widget/db',
    says: ['status.readyReplicas == 3: is 2'],
    means: 'The clause is false; the message shows the live value of its field.',
    cure: 'Wait, or find out what keeps the field at this value.',
  },
  {
    title: 'the object is deleted by somebody else',
    plan: { create: [widget(READY)] },
    others: async ({ find, client, widget: db }) => {
      await find(db);
      await client.delete(db);
    },
    ends: 'fails',
    object: 'Widget/db',
    says: ['Widget/db: The resource has been deleted while its status was still being checked'],
    means: 'Somebody has deleted the object while the run waited for it.',
    cure: 'Find out who, then retry the run.',
  },
  {
    title: 'the deadline passes',
    plan: { create: [widget('successCondition: status.readyReplicas == 3')], deadline: 10 },
    others: ({ setStatus, widget: db }) => setStatus(db, { readyReplicas: 2, message: 'waiting for the third disk' }),
    ends: 'fails',
    object: 'Widget/db',
    says: ['DeadlineExceeded', 'status.readyReplicas == 3: is 2', 'waiting for the third disk'],
    means: 'The workflow’s deadline has passed; the message names the last wait.',
    cure: 'Remove the cause of the last wait, or set a longer activeDeadlineSeconds; then retry the run.',
  },
];

/** What the API server refuses. */
const REFUSED: Fixture[] = [
  {
    title: 'a quota is exceeded',
    plan: {
      create: [
        {
          name: 'quota',
          // The API server holds objects to a quota once its controller has written a status; until then it forbids them in other words.
          resource: 'action: apply\nsuccessCondition: status.used',
          // A kind that every quota controller counts from its start on. One that came with a CRD it learns within half a minute, and
          // a quota made in that time has no status until its next full look, five minutes later.
          manifest: 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\nspec: {hard: {count/secrets: "0"}}',
        },
        { name: 'access', resource: 'action: apply', manifest: 'apiVersion: v1\nkind: Secret\nmetadata: {name: access}' },
      ],
    },
    ends: 'waits',
    object: 'Secret/access',
    says: ['secrets "access" is forbidden: exceeded quota: small, requested: count/secrets=1, used: …=0, limited: …=0'],
    means: 'A ResourceQuota of the namespace is used up. The run tries again until the deadline.',
    cure: 'Raise the quota, or free what uses it.',
  },
  {
    title: 'an admission webhook refuses',
    plan: { create: [widget(READY, { labels: '{explained: refused}' })] },
    before: (others) => webhook(others, 'refused', { denies: 'only blue widgets are sold here' }),
    ends: 'fails',
    object: 'Widget/db',
    says: ['admission webhook "refused.explained.test" denied the request: only blue widgets are sold here'],
    means: 'A webhook refuses the object; a retry without a change is refused again.',
    cure: 'Change the manifest as the message says, or the webhook’s policy.',
  },
  {
    title: 'an admission webhook is away',
    plan: { create: [widget(READY, { labels: '{explained: away}' })] },
    before: (others) => webhook(others, 'away', 'nobody listens'),
    ends: 'waits',
    object: 'Widget/db',
    says: ['failed calling webhook "away.explained.test": …connection refused'],
    means: 'The API server cannot reach a webhook. The run tries again until the deadline.',
    cure: 'See whether the operator that serves the webhook runs.',
  },
  {
    title: 'the schema refuses a value',
    plan: { create: [widget(READY, { spec: '{size: 99}' })] },
    ends: 'fails',
    object: 'Widget/db',
    says: ['Widget.explained.test "db" is invalid: spec.size: Invalid value: 99: spec.size in body should be less than or equal to 5'],
    means: 'The manifest breaks the CRD’s schema; the field is named.',
    cure: 'Correct the value in the plan, or the parameter it comes from.',
  },
  {
    title: 'a field is not in the schema',
    plan: { create: [widget(READY, { spec: '{size: 1, colour: blue}' })] },
    ends: 'fails',
    object: 'Widget/db',
    says: ['failed to create typed patch object (…/db; explained.test/v1, Kind=Widget): .spec.colour: field not declared in schema'],
    means: 'The CRD does not know the field.',
    cure: 'Correct the field’s name, or use the version of the CRD that has it.',
  },
  {
    title: 'a field is dropped or rewritten',
    plan: { create: [{ ...widget(READY, { spec: '{size: 1, colour: blue}' }), resource: `action: create\n${READY}` }] },
    ends: 'fails',
    object: 'Widget/db',
    says: ['DriftMismatch', 'Widget/db does not hold what was sent at spec.colour'],
    means: 'The API server drops what the schema does not know, or something on the cluster rewrites it.',
    cure: 'Correct the field’s name, or find the webhook that rewrites it.',
  },
  {
    title: 'a field cannot be changed',
    plan: {
      create: [immutable('one')],
      modify: [immutable('{{inputs.parameters.note}}')],
    },
    operation: 'modify',
    ends: 'fails',
    object: 'ConfigMap/fixed',
    says: ['ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set'],
    means: 'Kubernetes does not let this field change.',
    cure: 'Make the plan’s modify replace the object, or leave the field.',
  },
  {
    title: 'the kind is not served',
    plan: {
      create: [
        {
          name: 'gadget',
          resource: `action: apply\n${READY}`,
          manifest: 'apiVersion: explained.test/v7\nkind: Gadget\nmetadata: {name: g}',
        },
      ],
    },
    ends: 'waits',
    says: ['kind Gadget of explained.test/v7 is not served by cell …: its CRD is not installed there'],
    means: 'The cell does not serve the kind (yet). The run asks again until the deadline.',
    cure: 'Install the operator’s chart (helmChartDependencies), or correct apiVersion and kind.',
  },
  {
    title: 'a right is missing',
    plan: { create: [widget(READY), SETTINGS] },
    others: async ({ find, client, setStatus, namespace, widget: db }) => {
      await find(db);
      await client.delete({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', namespace, name: 'cellplane-run' });
      await setStatus(db, { phase: 'Ready' });
    },
    ends: 'waits',
    object: 'ConfigMap/settings',
    says: ['User "system:serviceaccount:…:cellplane-run" cannot … resource "configmaps" in API group ""'],
    means: 'The instance’s account lacks the right that the message names.',
    cure: 'Grant the right again, or find out what removes it; each new run repairs the account’s Role, too.',
  },
  {
    title: 'an operator keeps the object from being deleted',
    plan: { create: [widget(READY)], delete: [REMOVE] },
    operation: 'delete',
    between: async ({ change, widget: db }) => change(db, { finalizers: ['explained.test/cleanup'] }),
    ends: 'waits',
    object: 'Widget/db',
    says: ['waiting for finalizers explained.test/cleanup', 'being deleted since'],
    means: 'The object is marked as deleted; the component that set the named finalizer has to remove it.',
    cure: 'Check that this operator runs. If you remove the finalizer by hand, the resources that it guards stay.',
  },
  {
    title: 'the object of before is still going away',
    plan: { create: [widget(READY)], modify: [widget(READY)] },
    operation: 'modify',
    between: async ({ change, client, widget: db }) => {
      await change(db, { finalizers: ['explained.test/cleanup'] });
      await client.delete(db);
    },
    ends: 'waits',
    object: 'Widget/db',
    says: ['Widget/db is being deleted (finalizers: explained.test/cleanup); it will be made anew once it is gone'],
    means: 'Somebody has deleted the object, and its finalizers hold it.',
    cure: 'Check that the operator of the finalizer runs. When the object is gone, the run makes it anew.',
  },
  {
    title: 'the namespace is being deleted',
    plan: { create: [widget(READY), SETTINGS] },
    others: async ({ client, change, setStatus, namespace, widget: db }) => {
      await change(db, { finalizers: ['explained.test/cleanup'] });
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      await setStatus(db, { phase: 'Ready' });
    },
    ends: 'waits',
    object: 'ConfigMap/settings',
    says: ['namespace … is being deleted since …: …'],
    means: 'Somebody has deleted the instance’s namespace.',
    cure: 'Nothing can be made there any more: delete the instance, and restore it from a snapshot.',
  },
  {
    title: 'a secret of the plan is not set',
    plan: { create: [{ ...SETTINGS, manifest: SETTINGS.manifest.replace('fast', '"{{ $secret.NOBODY_HAS_SET }}"') }] },
    ends: 'fails',
    says: ['unresolved workflow input parameters: [$secret.NOBODY_HAS_SET]'],
    means: 'An expression of the plan has no value, so nothing was applied.',
    cure: 'Set it (`cellplane secret set`, or a parameter by modify), then retry.',
  },
];

function immutable(mode: string) {
  return {
    name: 'fixed',
    resource: 'action: apply',
    manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\nimmutable: true\ndata: {mode: "${mode}"}`,
  };
}

export const FIXTURES: Fixture[] = [...NOT_READY, ...REFUSED];
