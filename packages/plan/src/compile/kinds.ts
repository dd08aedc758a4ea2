import type { CompiledWorkflow, KindUse, KubernetesVerb, ResourceAction } from '../model.js';

const VERBS: Record<ResourceAction, KubernetesVerb[]> = {
  apply: ['get', 'create', 'patch'],
  create: ['get', 'create'],
  patch: ['get', 'patch'],
  delete: ['get', 'delete'],
  get: ['get'],
  replace: ['get', 'update'],
};
const ORDER: KubernetesVerb[] = ['get', 'create', 'update', 'patch', 'delete'];

/**
 * The Kubernetes kinds that the workflows of a resource touch, with the verbs they need, sorted. A finished Job is made anew
 * when it is applied again (its pod template cannot change), which needs delete. `deletesAll`: without a delete workflow the
 * platform itself deletes what create made.
 */
export function kindsOf(workflows: readonly CompiledWorkflow[], deletesAll: boolean): KindUse[] {
  const uses = new Map<string, { apiVersion: string; kind: string; verbs: Set<KubernetesVerb> }>();
  for (const workflow of workflows) {
    for (const template of workflow.templates) {
      if (template.type !== 'resource' || template.kind === '' || template.apiVersion === '') continue;
      const { apiVersion, kind, action } = template;
      const identity = JSON.stringify([apiVersion, kind]);
      const use = uses.get(identity) ?? { apiVersion, kind, verbs: new Set<KubernetesVerb>() };
      for (const verb of VERBS[action]) use.verbs.add(verb);
      const makes = action === 'apply' || action === 'create';
      if (makes && (deletesAll || (kind === 'Job' && apiVersion.startsWith('batch/')))) use.verbs.add('delete');
      uses.set(identity, use);
    }
  }
  return [...uses.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { verbs, ...use }]) => ({ ...use, verbs: ORDER.filter((verb) => verbs.has(verb)) }));
}
