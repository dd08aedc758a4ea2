/** Versions of plans as they come to be: of what was built, or of another plan's version. */
import type { Transaction } from '../database/database.js';
import { cut } from '@cellplane/plan';
import { badRequest, invalidState } from '../errors.js';
import { tell } from '../events/tell.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { selectDeletionOver } from './deletion/deletion-store.js';
import { insertResource, lockBuilt, lockPlans, selectResourceKeys, setBuilt } from './rows/plan-store.js';
import { insertVersion } from './rows/version-store.js';
import { requireServed } from './served.js';
import { uniqueUrlKey } from './url-key.js';
import { preferVersion, versionNumber } from './version.js';

/** What a version is made of. */
export interface ReleasedSpec {
  text: string;
  digest: string;
  /** JSON of the compiled plan. */
  plan: string;
}

/**
 * Keeps a spec as what was built last of a plan, whose versions may then be made of it. The organization is locked, as it is for a delete:
 * the two take turns. @throws DomainError invalid_state where the plan, or what it is in, is being deleted: what is built would go with it
 */
export async function keepBuilt(tx: Transaction, planId: string, spec: ReleasedSpec): Promise<void> {
  await refuseInDeletion(tx, planId);
  await setBuilt(tx, planId, spec);
}

async function refuseInDeletion(tx: Transaction, planId: string): Promise<void> {
  await lockPlans(tx, [planId]);
  const deletion = await selectDeletionOver(tx, planId);
  if (deletion === undefined) return;
  throw invalidState(
    'plan-is-being-deleted',
    `The ${deletion.kind} "${cut(deletion.name)}" is being deleted (${deletion.id}; cellplane service-plan deletions): nothing is built or released in it. Wait until that has ended.`,
  );
}

/** Releases what was built last as a new version, whether it differs or not. @throws DomainError bad_request if nothing was built, invalid_state in a delete */
export async function releaseBuilt(
  tx: Transaction,
  planId: string,
  input: { userId: string; preferred: boolean; allowUnserved?: boolean; name?: string },
): Promise<string> {
  await refuseInDeletion(tx, planId);
  const built = await lockBuilt(tx, planId);
  if (built?.spec == null || built.digest == null || built.plan == null)
    throw badRequest('nothing-built', 'Invalid request: nothing was built for this plan yet; build its spec first.');
  if (input.preferred) requireServed(built.plan, input.allowUnserved);
  return addVersion(tx, planId, { text: built.spec, digest: built.digest, plan: JSON.stringify(built.plan) }, input);
}

/** Adds a version of a plan. Answers its number: `2.0`. */
export async function addVersion(
  tx: Transaction,
  planId: string,
  spec: ReleasedSpec,
  release: { userId: string; preferred: boolean; name?: string },
): Promise<string> {
  const { text, digest, plan } = spec;
  const row = { name: release.name ?? '', spec: text, digest, compiled: plan, releasedBy: release.userId };
  const version = versionNumber(await insertVersion(tx, planId, row));
  await tell(tx, { kind: 'plan-version-released', subject: planId, payload: { version, by: release.userId } });
  if (release.preferred) await preferVersion(tx, planId, version);
  return version;
}

/** Every resource gets its id when it is built for the first time, and keeps it. */
export async function ensureResources(tx: Transaction, planId: string, resourceKeys: readonly string[]): Promise<void> {
  const rows = await selectResourceKeys(tx, planId);
  const [keys, urlKeys] = [rows.map((row) => row.key), rows.map((row) => row.urlKey)];
  for (const key of resourceKeys.filter((one) => !keys.includes(one))) {
    const urlKey = uniqueUrlKey(key, 'resource', urlKeys);
    urlKeys.push(urlKey);
    await insertResource(tx, { id: newLowerCaseId('r'), planId, key, urlKey });
  }
}
