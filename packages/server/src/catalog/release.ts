/** Versions of plans as they come to be: of what was built, or of another plan's version. */
import type { Transaction } from '../database/database.js';
import { badRequest } from '../errors.js';
import { tell } from '../events/tell.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { insertResource, lockBuilt, selectResourceKeys } from './rows/plan-store.js';
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

/** Releases what was built last as a new version, whether it differs or not. @throws DomainError bad_request if nothing was built */
export async function releaseBuilt(
  tx: Transaction,
  planId: string,
  input: { userId: string; preferred: boolean; allowUnserved?: boolean; name?: string },
): Promise<string> {
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
