/** One object as it is, beside what the instance's workflows have left of it: by a server-side apply that stores nothing. */
import { createHash } from 'node:crypto';
import type { CallOptions, KubernetesClient, KubernetesObject } from '@cellplane/kubernetes';
import { cut, groupOf, type Json, type JsonObject } from '@cellplane/plan';
import { dryRun } from '../diff/dry-run.js';
import { type FieldNames, namesOf } from '../diff/field-groups.js';
import { pathText } from '../diff/field-path.js';
import { diffObjects, type FieldChange } from '../diff/object-diff.js';
import { withoutSecretElements } from '../diff/secret-elements.js';
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
  // That nobody could say whether it is there does not mean that it is gone.
  if (answer.outcome === 'not-asked' && live === null && NOT_SEEN.has(answer.code))
    return { outcome: 'refused', mark: '', message: shownMessage(composed, answer.message) };
  if (live === null || live.metadata.deletionTimestamp !== undefined || answer.outcome === 'deleted') return { outcome: 'gone' };
  const mark = markOf(live.metadata);
  if (answer.outcome !== 'written') {
    return answer.outcome === 'not-asked' && answer.code === 'changed-meanwhile'
      ? { outcome: 'again' }
      : { outcome: 'refused', mark, message: shownMessage(composed, answer.message) };
  }
  if (answer.next.metadata.resourceVersion !== live.metadata.resourceVersion) return { outcome: 'again' };
  return { outcome: 'compared', mark, fields: driftedFields(live, answer.next, composed) };
}

/** Codes of a dry run for which the object itself may not have been read. */
const NOT_SEEN = new Set(['undecided', 'kind-not-served', 'forbidden']);
/** Characters of an API server's words that are kept. */
const MOST_WORDS = 2_000;

/** What an API server says of an object, as it may be stored and shown: it quotes the values that it refuses. */
export function shownMessage({ secrets }: Pick<ComposedManifest, 'secrets'>, message: string): string {
  return cut(new Redactor(secrets).text(message), MOST_WORDS);
}

/** Pure. `next`: the object as it would be if it were applied again. */
export function driftedFields(live: KubernetesObject, next: KubernetesObject, composed: ComposedManifest): DriftedField[] {
  const secret = secretTest(composed);
  return withoutSecretElements(diffObjects(live, next), secret)
    .filter((change) => !composed.unknownPaths.some((path) => isWithin(namesOf(change.path).join('.'), path)))
    .slice(0, MOST_FIELDS)
    .flatMap((change) => {
      const owner = lastOwner(live, change.path, composed.fieldManager);
      // What nobody else has was written by another workflow of ours.
      if (owner === undefined) return [];
      const { before, after } = change;
      return [
        { path: keptPath(pathText(change.path)), ours: kept(after), theirs: kept(before), ...owner, secret: secret.isSecret(change) },
      ];
    });
}

/** Characters of a path that are kept: it is part of a key. */
const MOST_PATH = 400;

/** A path that is too long is told from others by its mark. */
function keptPath(path: string): string {
  if (path.length <= MOST_PATH) return path;
  const mark = createHash('sha256').update(path).digest('base64url').slice(0, 16);
  return `${path.slice(0, MOST_PATH - mark.length - 2)}… ${mark}`;
}

/** Which values may not be shown: what the manifest marks as secret, all data of a Secret, and texts that repeat a secret. */
function secretTest({ manifest, secretPaths, secrets }: ComposedManifest) {
  const redactor = new Redactor(secrets);
  // Which element of a list it is does not count: elements are told by their keys here, and by their places there.
  const paths = secretPaths.map((path) => path.replaceAll(/\[\d+\]/g, ''));
  const isSecretObject = groupOf(manifest.apiVersion) === '' && manifest.kind === 'Secret';
  const holds = (value: Json) => redactor.holds(value);
  const textOf = (names: FieldNames) => pathText(names.map((field) => ({ field })));
  const isSecretField = (names: FieldNames) => paths.some((one) => isWithin(textOf(names), one));
  const isSecret = ({ path, before, after, hidden }: FieldChange & { hidden?: true }): boolean => {
    const names = namesOf(path);
    if (hidden === true || (isSecretObject && (names[0] === 'data' || names[0] === 'stringData'))) return true;
    if (isSecretField(names) || paths.some((one) => isWithin(one, textOf(names)))) return true;
    return [before, after].some((value) => value !== undefined && holds(value));
  };
  return { holds, isSecretField, isSecret };
}

function isWithin(path: string, of: string): boolean {
  return path === of || path.startsWith(`${of}.`) || path.startsWith(`${of}[`);
}
