/** What a release would change: the built plan beside the newest version. */
import { type CompiledPlan, type CompiledResource, stableJson } from '@cellplane/plan';

export interface ResourceChange {
  key: string;
  name: string;
  /** In the words of the wire (docs/reference/statuses.md). */
  change: 'PENDING_NEW' | 'PENDING_UPDATE' | 'ACTIVE' | 'PENDING_DELETE';
}

/** Changes by resource, in the built plan's order; resources that the built plan has lost come last. */
export function pendingChanges(built: CompiledPlan | null, newest: CompiledPlan | undefined): ResourceChange[] {
  if (built === null) return [];
  const before = new Map(newest?.resources.map((resource) => [resource.key, resource]));
  const changes: ResourceChange[] = built.resources.map((resource) => ({
    key: resource.key,
    name: resource.name,
    change: changeOf(resource, before.get(resource.key)),
  }));
  const kept = new Set(built.resources.map((resource) => resource.key));
  for (const [key, resource] of before) if (!kept.has(key)) changes.push({ key, name: resource.name, change: 'PENDING_DELETE' });
  return changes;
}

function changeOf(after: CompiledResource, before: CompiledResource | undefined): ResourceChange['change'] {
  if (before === undefined) return 'PENDING_NEW';
  return stableJson(after) === stableJson(before) ? 'ACTIVE' : 'PENDING_UPDATE';
}
