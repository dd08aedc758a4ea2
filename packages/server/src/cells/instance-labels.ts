import { MANAGED_LABEL, MANAGED_VALUE } from '../engine/object-marks.js';

/** Label by which everything of an instance is found in its cell. */
export const INSTANCE_LABEL = 'cellplane.dev/instance';
const ORGANIZATION_LABEL = 'cellplane.dev/organization';

/** Labels of every object of an instance, its namespace and access included. */
export function instanceLabels(instance: { id: string; orgId: string }): Record<string, string> {
  return { [INSTANCE_LABEL]: instance.id, [ORGANIZATION_LABEL]: instance.orgId, [MANAGED_LABEL]: MANAGED_VALUE };
}
