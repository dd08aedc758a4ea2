/** What is told of a difference, and what mends it. Pure. */
import type { CompiledPlan, SystemVerb } from '@cellplane/plan';
import type { FindingCode, FoundObject, InstanceFinding } from '../instances/finding.js';
import { groupOf } from '../instances/kept-objects.js';
import { withDependencies } from '../instances/steps.js';
import type { Suspicion } from './compare.js';
import type { ExpectedObject } from './expected-objects.js';

/** How many objects are named; the others are counted. */
const NAMED = 20;
const NAMED_IN_WORDS = 3;

/** What cures depend on. */
export interface Remedies {
  plan: CompiledPlan;
  resourceKey: string;
  /** The newest good backup. */
  snapshotId?: string;
}

export interface Confirmed extends Suspicion {
  /** Of `runIds` one that the database does not know. */
  unknownRun?: string;
}

/** What there is to tell of an instance now. What was told before keeps its time; what could not be looked at stays as it was. */
export function findingsOf(confirmed: Confirmed, remedies: Remedies, now: Date): InstanceFinding[] {
  const { instance, namespaceGone, gone, replaced, unserved, unread, unknownRun } = confirmed;
  const { id, namespace, findings: before } = instance;
  const found: InstanceFinding[] = [];
  const tell = (code: FindingCode, objects: ExpectedObject[], message: string, commands: string[]) =>
    found.push({
      code,
      message,
      since: before.find((one) => one.code === code)?.since ?? now.toISOString(),
      objects: objects.slice(0, NAMED).map(({ apiVersion, kind, name }): FoundObject => ({ apiVersion, kind, name })),
      count: objects.length,
      commands,
    });
  const mends = (objects: ExpectedObject[]) => cures(confirmed, remedies, objects);
  if (namespaceGone)
    tell(
      'namespace-gone',
      [],
      `namespace ${namespace} is gone from its cell, and with it everything that ${id} had: no workflow deleted it`,
      mends([]),
    );
  if (gone.length > 0)
    tell(
      'object-gone',
      gone,
      `${named(gone)} ${are(gone)} gone from namespace ${namespace}: its workflows wrote ${gone.length === 1 ? 'it and none of them deleted it' : 'them and none of them deleted them'}`,
      mends(gone),
    );
  if (replaced.length > 0)
    tell(
      'object-replaced',
      replaced,
      `${named(replaced)} ${replaced.length === 1 ? 'is another object' : 'are other objects'} than the one${replaced.length === 1 ? '' : 's'} that its workflows wrote: somebody deleted ${replaced.length === 1 ? 'that one' : 'those'}, and what ${replaced.length === 1 ? 'it' : 'they'} held`,
      mends(replaced),
    );
  if (unserved.length > 0)
    tell(
      'kind-gone',
      unserved,
      `its cell does not serve ${kindsOf(unserved)} any more (the CRD is gone), and with it went ${named(unserved)}`,
      mends(unserved),
    );
  if (unknownRun !== undefined)
    tell(
      'unknown-run',
      [],
      `workflow ${unknownRun} has written to it, and this database does not know that workflow: the database is older than the cell. Restore a newer dump; or write what this database says into the cell`,
      mends([]).filter((command) => command.endsWith('--recreate-missing')),
    );
  const codes = new Set(found.map((one) => one.code));
  const stays = before.filter(({ code }) => unread.length > 0 && !codes.has(code) && ['object-gone', 'object-replaced'].includes(code));
  return [...found, ...stays];
}

/** What may be typed, the one that loses the least first. */
function cures({ instance: { id, status } }: Suspicion, { plan, resourceKey, snapshotId }: Remedies, objects: ExpectedObject[]): string[] {
  const verbs: SystemVerb[] =
    status === 'STOPPED' ? ['start'] : status === 'FAILED' ? ['modify', 'restart', 'start'] : ['modify', 'restart'];
  const resources = withDependencies(plan, resourceKey);
  const makes = (verb: SystemVerb) => {
    const templates = resources.flatMap((resource) => resource.systemWorkflows[verb]?.templates ?? []);
    const kinds = new Set(
      templates.flatMap((one) =>
        one.type === 'resource' && ['apply', 'create', 'replace'].includes(one.action) ? [`${groupOf(one.apiVersion)}/${one.kind}`] : [],
      ),
    );
    return kinds.size > 0 && objects.every(({ group, kind }) => kinds.has(`${group}/${kind}`));
  };
  const verb = verbs.find(makes);
  return [
    ...(snapshotId === undefined ? [] : [`cellplane instance restore ${id} --snapshot-id ${snapshotId}`]),
    ...(verb === undefined ? [] : [`cellplane instance ${verb} ${id} --recreate-missing`]),
    `cellplane instance delete ${id}`,
  ];
}

function named(objects: ExpectedObject[]): string {
  const names = objects.slice(0, NAMED_IN_WORDS).map(({ kind, name }) => `${kind}/${name}`);
  const more = objects.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function are(objects: ExpectedObject[]): string {
  return objects.length === 1 ? 'is' : 'are';
}

function kindsOf(objects: ExpectedObject[]): string {
  const kinds = [...new Set(objects.map(({ apiVersion, kind }) => `${kind} of ${apiVersion}`))];
  return kinds.slice(0, NAMED_IN_WORDS).join(', ');
}

/** Whether these tell of more than those: what is worth an event. */
export function isNews(findings: InstanceFinding[], before: InstanceFinding[]): boolean {
  return findings.some(({ code, count }) => {
    const known = before.find((one) => one.code === code);
    return known === undefined || known.count < count;
  });
}
