/** The platform's own stages of a run, as people read them. Names are stored with runs. */
export const STAGE_TITLES = {
  charts: 'Operator charts',
  access: 'Namespace and access',
  'final-snapshot': 'Final snapshot',
  'delete-access': 'Access for the delete',
  values: 'Values of the workflow',
  publish: 'Endpoints and outputs',
  'remove-objects': 'Objects of the instance',
  'remove-namespace': 'Namespace',
} as const satisfies Record<string, string>;

/** Title of a stage by its stored name; the name itself for one of another version of the program. */
export function stageTitle(name: string): string {
  return Object.hasOwn(STAGE_TITLES, name) ? STAGE_TITLES[name as keyof typeof STAGE_TITLES] : name;
}
