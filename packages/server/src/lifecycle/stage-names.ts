/** The platform's own stages of a run. */

/** Names as they are stored with runs. */
export const STAGES = {
  charts: 'charts',
  access: 'access',
  finalSnapshot: 'final-snapshot',
  deleteAccess: 'delete-access',
  values: 'values',
  publish: 'publish',
  removeObjects: 'remove-objects',
  removeNamespace: 'remove-namespace',
} as const;

/** As people read them. */
export const STAGE_TITLES = {
  [STAGES.charts]: 'Operator charts',
  [STAGES.access]: 'Namespace and access',
  [STAGES.finalSnapshot]: 'Final snapshot',
  [STAGES.deleteAccess]: 'Access for the delete',
  [STAGES.values]: 'Values of the workflow',
  [STAGES.publish]: 'Endpoints and outputs',
  [STAGES.removeObjects]: 'Objects of the instance',
  [STAGES.removeNamespace]: 'Namespace',
} as const satisfies Record<string, string>;

/** Title of a stage by its stored name; the name itself for one of another version of the program. */
export function stageTitle(name: string): string {
  return Object.hasOwn(STAGE_TITLES, name) ? STAGE_TITLES[name as keyof typeof STAGE_TITLES] : name;
}
