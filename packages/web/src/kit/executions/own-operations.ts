/** Operations of an instance that its plan has beside starting, scaling and the like. Pure. */
import type { ShownInstance } from '../instances/endpoints';

/** Something that can be done with an instance, as its plan has it. */
export type OfferedOperation = NonNullable<ShownInstance['supportedOperations']>[number];

/** Workflows of the plan's own that whoever asked may call. */
export function ownOperations({ supportedOperations = [] }: Pick<ShownInstance, 'supportedOperations'>): OfferedOperation[] {
  return supportedOperations.filter(({ source, id }) => source === 'CUSTOM_WORKFLOW' && id !== undefined);
}
