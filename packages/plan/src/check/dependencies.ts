import { looseKey } from '../compile/key.js';
import type { PlanSource } from '../compile/plan.js';
import type { ResourceSource } from '../compile/resource.js';
import { itemsOf, textOf, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { didYouMean } from '../schema/suggest.js';

/** `dependsOn`: known resources, no cycles. */
export function checkDependencies(report: Report, plan: PlanSource): void {
  const keys = plan.resources.map((resource) => resource.compiled.key);
  for (const resource of plan.resources) {
    for (const item of itemsOf(valueAt(resource.node, 'dependsOn'))) {
      const name = textOf(item) ?? '';
      const target = findResource(plan.resources, name);
      if (!target) {
        report.error(item, {
          code: 'unknown-resource',
          message: `\`dependsOn\` names '${name}', which is no resource of this plan.`,
          cure: didYouMean(name, keys, 'Add the service, or remove the entry.'),
        });
        continue;
      }
      const cycle = pathBetween(plan.resources, target, resource);
      if (cycle) {
        report.error(item, {
          code: 'dependency-cycle',
          message: `\`dependsOn\` makes a cycle: ${[resource.compiled.key, ...cycle].join(' → ')}.`,
          cure: 'Remove one of these dependencies.',
        });
      }
    }
  }
}

/** A resource by key or name, ignoring case and separators. */
export function findResource(resources: readonly ResourceSource[], name: string): ResourceSource | undefined {
  const wanted = looseKey(name);
  return resources.find((resource) => looseKey(resource.compiled.key) === wanted);
}

/** Everything that a resource depends on, directly or not. */
export function dependencyClosure(resources: readonly ResourceSource[], start: ResourceSource): Set<ResourceSource> {
  const reached = new Set<ResourceSource>();
  const open = [start];
  for (let resource = open.pop(); resource; resource = open.pop()) {
    for (const key of resource.compiled.dependsOn) {
      const next = findResource(resources, key);
      if (next && !reached.has(next)) {
        reached.add(next);
        open.push(next);
      }
    }
  }
  return reached;
}

/** Keys on the way from one resource to another along `dependsOn`, both included; undefined if there is no way. */
function pathBetween(resources: readonly ResourceSource[], from: ResourceSource, to: ResourceSource): string[] | undefined {
  const before = new Map<ResourceSource, ResourceSource | undefined>([[from, undefined]]);
  const open = [from];
  for (let resource = open.shift(); resource; resource = open.shift()) {
    if (resource === to) {
      const path: string[] = [];
      for (let step: ResourceSource | undefined = resource; step; step = before.get(step)) path.unshift(step.compiled.key);
      return path;
    }
    for (const key of resource.compiled.dependsOn) {
      const next = findResource(resources, key);
      if (next && !before.has(next)) {
        before.set(next, resource);
        open.push(next);
      }
    }
  }
  return undefined;
}
