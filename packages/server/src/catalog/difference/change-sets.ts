/** Differences of two versions of a plan as the wire has them: a set for each resource that either of them has (docs/reference/statuses.md). Pure. */
import type { Handlers } from '@cellplane/api';
import type { CompiledPlan } from '@cellplane/plan';
import type { DifferenceChange, PlanDifference } from './plan-difference.js';

type ChangeSets = Awaited<ReturnType<Handlers['describePendingChanges']>>['resourceChangeSets'];
type Category = ChangeSets[string]['categorizedResourceChanges'][string];

const CHANGE_TYPE: Record<DifferenceChange, string> = {
  added: 'PENDING_NEW',
  changed: 'PENDING_UPDATE',
  removed: 'PENDING_DELETE',
};

/** Sets by resource id; of a resource without an id by its key. What is of the whole plan is in none of them. */
export function changeSets(
  before: CompiledPlan | undefined,
  after: CompiledPlan,
  differences: readonly PlanDifference[],
  resourceIds: Readonly<Record<string, string>>,
): ChangeSets {
  const gone = (before?.resources ?? []).filter(({ key }) => !after.resources.some((one) => one.key === key));
  return Object.fromEntries(
    [...after.resources, ...gone].map(({ key, name }) => {
      const own = differences.filter(({ resource }) => resource === key);
      const whole = own.find(({ area, change }) => area === 'resource' && change !== 'changed');
      const change = whole === undefined ? (own.length === 0 ? 'ACTIVE' : 'PENDING_UPDATE') : CHANGE_TYPE[whole.change];
      return [
        resourceIds[key] ?? key,
        {
          resourceName: name,
          overallResourceStatus: change === 'ACTIVE' ? 'NO_CHANGE' : 'PENDING_CHANGE',
          resourceChanges: change,
          categorizedResourceChanges: categoriesOf(own),
        },
      ];
    }),
  );
}

function categoriesOf(differences: readonly PlanDifference[]): Record<string, Category> {
  const categories: Record<string, Category> = {};
  for (const { area, name, change, fields } of differences) {
    const category = (categories[area] ??= { status: 'PENDING_CHANGE', changes: [] });
    const attributes = Object.fromEntries(fields.map(({ path, before, after }) => [path, `${before ?? ''} → ${after ?? ''}`]));
    category.changes.push({ name, changeType: CHANGE_TYPE[change], attributes });
  }
  return categories;
}
