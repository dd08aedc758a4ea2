/** What is told of a difference, and what mends it. Pure. */
import { type CompiledPlan, groupOf, type SystemVerb } from '@cellplane/plan';
import type { FindingCode, FoundObject, InstanceFinding } from '../instances/finding.js';
import { withDependencies } from '../lifecycle/steps.js';
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

/** What there is to tell of an instance now. What was told before keeps its time; what could not be read stays as it was. */
export function findingsOf(confirmed: Confirmed, remedies: Remedies, now: Date): InstanceFinding[] {
  const { instance, namespaceGone, expected, gone, replaced, unserved, unread, unknownRun } = confirmed;
  const { id, namespace, findings: before } = instance;
  const found: InstanceFinding[] = [];
  const tell = (code: FindingCode, objects: ExpectedObject[], lost: ExpectedObject[], message: string) => {
    const verb = verbThatMakes(instance.status, remedies, lost);
    found.push({
      code,
      message:
        verb === undefined && lost.length > 0
          ? `${message}. No workflow of the plan but create and restore makes ${itOrAll(lost)} anew`
          : message,
      since: before.find((one) => one.code === code)?.since ?? now.toISOString(),
      objects: objects.slice(0, NAMED).map(({ apiVersion, kind, name }): FoundObject => ({ apiVersion, kind, name })),
      count: objects.length,
      commands: code === 'unknown-run' ? anewCommand(id, verb) : cures(id, remedies, verb),
    });
  };
  if (namespaceGone)
    tell(
      'namespace-gone',
      [],
      expected,
      `namespace ${namespace} is gone from its cell, and with it everything that ${id} had: no workflow deleted it`,
    );
  if (gone.length > 0) {
    const them = gone.length === 1 ? 'it' : 'them';
    const message = `${named(gone)} ${gone.length === 1 ? 'is' : 'are'} gone from namespace ${namespace}: its workflows wrote ${them} and none of them deleted ${them}`;
    tell('object-gone', gone, gone, message);
  }
  if (replaced.length > 0) {
    const others = replaced.length === 1 ? 'is another object than the one' : 'are other objects than those';
    tell(
      'object-replaced',
      replaced,
      replaced,
      `${named(replaced)} ${others} that its workflows wrote: somebody deleted what was there, and what that held`,
    );
  }
  if (unserved.length > 0)
    tell(
      'kind-gone',
      unserved,
      unserved,
      `its cell does not serve ${kindsOf(unserved)} any more (the CRD is gone), and with it went ${named(unserved)}`,
    );
  if (unknownRun !== undefined) {
    const message = `workflow ${unknownRun} has written to it, and this database does not know that workflow: the database is older than the cell. Restore a newer dump; or write what this database says into the cell`;
    tell('unknown-run', [], [], message);
  }
  const codes = new Set(found.map((one) => one.code));
  const stays = before.filter(({ code }) => unread.length > 0 && !codes.has(code) && ['object-gone', 'object-replaced'].includes(code));
  return [...found, ...stays];
}

/** An operation that may begin in this status, and whose workflows write objects of all these kinds. */
function verbThatMakes(status: string, { plan, resourceKey }: Remedies, objects: ExpectedObject[]): SystemVerb | undefined {
  const verbs: SystemVerb[] =
    status === 'STOPPED' ? ['start'] : status === 'FAILED' ? ['modify', 'restart', 'start'] : ['modify', 'restart'];
  return verbs.find((verb) => {
    const templates = withDependencies(plan, resourceKey).flatMap((resource) => resource.systemWorkflows[verb]?.templates ?? []);
    const kinds = new Set(
      templates.flatMap((one) =>
        one.type === 'resource' && ['apply', 'create', 'replace'].includes(one.action) ? [`${groupOf(one.apiVersion)}/${one.kind}`] : [],
      ),
    );
    return templates.length > 0 && objects.every(({ group, kind }) => kinds.has(`${group}/${kind}`));
  });
}

function anewCommand(id: string, verb: SystemVerb | undefined): string[] {
  return verb === undefined ? [] : [`cellplane instance ${verb} ${id} --recreate-missing`];
}

/** What may be typed, the one that loses the least first. */
function cures(id: string, { plan, resourceKey, snapshotId }: Remedies, verb: SystemVerb | undefined): string[] {
  const backup = plan.resources.find((resource) => resource.key === resourceKey)?.backup;
  // There is nothing left that a last backup could be taken of.
  const skip = backup?.snapshotBeforeDeletion === true ? ' --skip-final-snapshot' : '';
  return [
    ...(snapshotId === undefined ? [] : [`cellplane instance restore ${id} --snapshot-id ${snapshotId}`]),
    ...anewCommand(id, verb),
    `cellplane instance delete ${id}${skip}`,
  ];
}

function named(objects: ExpectedObject[]): string {
  const names = objects.slice(0, NAMED_IN_WORDS).map(({ kind, name }) => `${kind}/${name}`);
  const more = objects.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function itOrAll(objects: ExpectedObject[]): string {
  return objects.length === 1 ? 'it' : 'all of them';
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
