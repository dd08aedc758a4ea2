import { CORE_SHAPES } from '../schema/shapes-core.js';
import { GROUPS_SHAPES } from '../schema/shapes-groups.js';
import { META_SHAPES } from '../schema/shapes-meta.js';
import { PODS_SHAPES } from '../schema/shapes-pods.js';
import { VOLUMES_SHAPES } from '../schema/shapes-volumes.js';
import type { Schema } from '../schema/schema.js';
import { readShapes } from '../schema/shapes.js';
import { builtinColumns } from './columns.js';
import { ALL_VERBS, type Kind } from './kind.js';

const TYPES = readShapes([META_SHAPES, PODS_SHAPES, VOLUMES_SHAPES, CORE_SHAPES, GROUPS_SHAPES].join('\n'));

/** The schema of `metadata`, the same for all kinds. */
export const METADATA: Schema = typeNamed('ObjectMeta');

function typeNamed(name: string): Schema {
  const found = TYPES.get(name);
  if (!found) throw new Error(`no shape "${name}"`);
  return found;
}

// group/version Kind plural shortNames flags; flags: c cluster-scoped, s status, g generation, a category all, x scale, r review.
const TABLE = `
v1 Namespace namespaces ns cs
v1 Secret secrets - -
v1 ConfigMap configmaps cm -
v1 Service services svc sa
v1 ServiceAccount serviceaccounts sa -
v1 Pod pods po sga
v1 Event events ev -
v1 PersistentVolumeClaim persistentvolumeclaims pvc s
v1 PersistentVolume persistentvolumes pv cs
v1 Node nodes no cs
v1 PodTemplate podtemplates - g
v1 ResourceQuota resourcequotas quota s
v1 LimitRange limitranges limits -
v1 Endpoints endpoints ep -
events.k8s.io/v1 Event events ev -
apps/v1 Deployment deployments deploy sgax
apps/v1 StatefulSet statefulsets sts sgax
apps/v1 ReplicaSet replicasets rs sgax
apps/v1 DaemonSet daemonsets ds sga
apps/v1 ControllerRevision controllerrevisions - -
batch/v1 Job jobs - sga
batch/v1 CronJob cronjobs cj sga
rbac.authorization.k8s.io/v1 Role roles - -
rbac.authorization.k8s.io/v1 RoleBinding rolebindings - -
rbac.authorization.k8s.io/v1 ClusterRole clusterroles - c
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings - c
storage.k8s.io/v1 StorageClass storageclasses sc c
policy/v1 PodDisruptionBudget poddisruptionbudgets pdb sg
networking.k8s.io/v1 Ingress ingresses ing sg
networking.k8s.io/v1 IngressClass ingressclasses - cg
networking.k8s.io/v1 NetworkPolicy networkpolicies netpol g
coordination.k8s.io/v1 Lease leases - -
discovery.k8s.io/v1 EndpointSlice endpointslices - g
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations - cg
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations - cg
scheduling.k8s.io/v1 PriorityClass priorityclasses pc cg
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions crd,crds csg
authorization.k8s.io/v1 SelfSubjectAccessReview selfsubjectaccessreviews - cr
authorization.k8s.io/v1 SubjectAccessReview subjectaccessreviews - cr
authorization.k8s.io/v1 LocalSubjectAccessReview localsubjectaccessreviews - r
authorization.k8s.io/v1 SelfSubjectRulesReview selfsubjectrulesreviews - cr
`;

const SCALE = { spec: '.spec.replicas', status: '.status.replicas', selector: '.status.selector' };

/** The kinds that every cell serves. */
export function builtinKinds(): Kind[] {
  return TABLE.split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [gv = '', kind = '', plural = '', names = '-', flags = ''] = line.split(' ');
      const slash = gv.indexOf('/');
      const group = slash < 0 ? '' : gv.slice(0, slash);
      const has = (flag: string) => flags.includes(flag);
      return {
        group,
        version: gv.slice(slash + 1),
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: names === '-' ? [] : names.split(','),
        categories: has('a') ? ['all'] : kind === 'CustomResourceDefinition' ? ['api-extensions'] : [],
        namespaced: !has('c'),
        verbs: has('r') ? ['create'] : kind === 'Namespace' ? ALL_VERBS.filter((verb) => verb !== 'deletecollection') : ALL_VERBS,
        schema: typeNamed(group === 'events.k8s.io' ? 'EventsEvent' : kind),
        custom: false,
        hasStatus: has('s'),
        hasGeneration: has('g'),
        ...(has('x') && { scale: SCALE }),
        columns: builtinColumns(kind),
        stored: !has('r'),
      };
    });
}
