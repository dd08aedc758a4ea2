/** One object as it is, beside what the instance's workflows have left of it: by a server-side apply that stores nothing. */
import type { CallOptions, KubernetesClient, KubernetesObject } from '@cellplane/kubernetes';
import { groupOf, type JsonObject } from '@cellplane/plan';
import { dryRun } from '../diff/dry-run.js';
import { pathText, type Step } from '../diff/field-path.js';
import { diffObjects, type FieldChange } from '../diff/object-diff.js';
import { Redactor } from '../engine/redact.js';
import type { ComposedManifest } from './composed-manifest.js';
import { type DriftedField, kept } from './drift.js';
import { lastOwner } from './last-owner.js';
import { markOf } from './object-mark.js';

/** What an object was found to be. `mark`: see `markOf`. */
export type ObjectLook =
  | { outcome: 'compared'; mark: string; fields: DriftedField[] }
  /** It is not there, or on its way out: reconciliation tells. */
  | { outcome: 'gone' }
  /** The API server would not take it as it is, or could not say: why. */
  | { outcome: 'refused'; mark: string; message: string }
  /** It was changed between two requests: another look is needed. */
  | { outcome: 'again' };

/** Requests that one look sends: the object, and the dry run. */
export const REQUESTS_PER_LOOK = 2;
/** Fields of one object that are told of at most. */
const MOST_FIELDS = 200;

/** Rejects with `ApiError` where the cell does not answer. */
export async function lookAtObject(
  client: KubernetesClient,
  instance: { namespace: string; labels: Record<string, string> },
  composed: ComposedManifest,
  call: CallOptions,
): Promise<ObjectLook> {
  const { manifest, fieldManager, impersonate = '' } = composed;
  const writer = { ...instance, fieldManager, impersonate };
  const answer = await dryRun(client, writer, { action: 'apply', manifest: manifest as unknown as JsonObject }, call);
  const { live } = answer;
  if (live === null || live.metadata.deletionTimestamp !== undefined || answer.outcome === 'deleted') return { outcome: 'gone' };
  const mark = markOf(live.metadata);
  if (answer.outcome !== 'written') {
    return answer.outcome === 'not-asked' && answer.code === 'changed-meanwhile'
      ? { outcome: 'again' }
      : { outcome: 'refused', mark, message: answer.message };
  }
  if (answer.next.metadata.resourceVersion !== live.metadata.resourceVersion) return { outcome: 'again' };
  return { outcome: 'compared', mark, fields: driftedFields(live, answer.next, composed) };
}

/** Pure. `next`: the object as it would be if it were applied again. */
export function driftedFields(live: KubernetesObject, next: KubernetesObject, composed: ComposedManifest): DriftedField[] {
  const secret = secretTest(composed);
  return diffObjects(live, next)
    .filter((change) => !composed.unknownPaths.some((path) => isWithin(fieldsOnly(change.path).join('.'), path)))
    .slice(0, MOST_FIELDS)
    .flatMap((change) => {
      const owner = lastOwner(live, change.path, composed.fieldManager);
      // What nobody else has was written by another workflow of ours.
      if (owner === undefined) return [];
      const { before, after } = change;
      return [{ path: pathText(change.path), ours: kept(after), theirs: kept(before), ...owner, secret: secret(change) }];
    });
}

/** Whether values of a field may not be shown: what the manifest marks as secret, all data of a Secret, and texts that repeat a secret. */
function secretTest({ manifest, secretPaths, secrets }: ComposedManifest): (change: FieldChange) => boolean {
  const redactor = new Redactor(secrets);
  // Elements of lists are told by their keys here, and by their places there.
  const paths = secretPaths.map(withoutElements);
  const isSecretObject = groupOf(manifest.apiVersion) === '' && manifest.kind === 'Secret';
  return ({ path, before, after }) => {
    const [first] = fieldsOnly(path);
    if (isSecretObject && (first === 'data' || first === 'stringData')) return true;
    const here = withoutElements(pathText(path));
    if (paths.some((one) => isWithin(here, one) || isWithin(one, here))) return true;
    return [before, after].some((value) => value !== undefined && redactor.holds(value));
  };
}

/** The path without elements of lists. */
function fieldsOnly(path: readonly Step[]): string[] {
  return path.flatMap((step) => ('field' in step ? [step.field] : []));
}

/** A path without which element of a list it is; keys in quotes stay. */
function withoutElements(path: string): string {
  return path.replaceAll(/\[(?!")[^[\]]*\]/g, '[]');
}

function isWithin(path: string, of: string): boolean {
  return path === of || path.startsWith(`${of}.`) || path.startsWith(`${of}[`);
}
