/**
 * Promotion (docs/environments.md): the environments that take from this one get versions of its plans, as their preferred ones.
 * A plan that is not there is made, under its name. A form that a target has already is not added again, so that a second promotion changes
 * nothing. All of it happens in one transaction: a target never has the half.
 */
import { cut } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { badRequest, invalidState } from '../../errors.js';
import { lockOrganization } from '../../identity/organization-store.js';
import { ensurePlanIn } from '../hierarchy.js';
import { addVersion, ensureResources, keepBuilt } from '../release.js';
import { setReleaseNotes } from '../rows/version-store.js';
import { requireServed } from '../served.js';
import { preferVersion, versionNumber } from '../version.js';
import { fingerprintOf, type PromotionScope, type PromotionStep, promotionSteps, type PromotionTarget } from './promotion-step.js';

export interface PromotionInput extends PromotionScope {
  userId: string;
  /** Although some of a plan is not served. */
  allowUnserved?: boolean | undefined;
  /** Although a target's environment type lacks secrets that a plan reads. */
  allowMissingSecrets?: boolean | undefined;
  /** Fingerprint of the preview that was looked at: nothing is done if it is not what would be done now. */
  expected?: string | undefined;
}

/** Promotes. @throws DomainError if no environment takes from this one, there is nothing to promote, secrets are missing, or it is not what was expected */
export async function promote(db: Database, input: PromotionInput): Promise<void> {
  await transaction(db, async (tx) => {
    // Builds and promotions of one organization take turns, so that two of them never make the same plan twice.
    await lockOrganization(tx, input.orgId);
    const targets = await promotionSteps(tx, input);
    if (input.expected !== undefined && input.expected !== fingerprintOf(targets))
      throw invalidState(
        'promotion-changed',
        'What this promotion would do has changed since it was looked at: somebody else has promoted or released meanwhile. Look at it again (cellplane environment promote --dry-run).',
        [{ field: 'expected', code: 'promotion-changed', message: 'is of another state' }],
      );
    for (const { steps } of targets) for (const { promoted } of steps) requireServed(promoted.compiled, input.allowUnserved);
    if (input.allowMissingSecrets !== true) requireSecrets(targets);
    for (const { environment, steps } of targets) for (const step of steps) await bring(tx, environment.id, step, input.userId);
  });
}

/** @throws DomainError bad_request naming each secret and where it is missing */
function requireSecrets(targets: readonly PromotionTarget[]): void {
  const missing = targets.flatMap(({ environment, steps }) =>
    steps.flatMap(({ promoted, missingSecrets }) =>
      missingSecrets.map((name) => ({
        field: `secrets.${environment.type}.${name}`,
        code: 'missing-secret',
        message: `plan "${cut(promoted.planName)}" reads $secret.${name}, which environment type ${environment.type} ("${cut(environment.name)}") does not have`,
      })),
    ),
  );
  if (missing.length === 0) return;
  throw badRequest(
    'missing-secrets',
    `Invalid request: nothing is promoted, since secrets are missing: ${missing
      .slice(0, 10)
      .map(({ message }) => message)
      .join(
        '; ',
      )}${missing.length > 10 ? `; and ${missing.length - 10} more` : ''}. Set them (cellplane secret set), or send allowMissingSecrets (cellplane: --allow-missing-secrets).`,
    missing,
  );
}

/** Makes the form the preferred one of the target's plan of that name. */
async function bring(
  tx: Transaction,
  environmentId: string,
  { action, promoted, plan, present }: PromotionStep,
  userId: string,
): Promise<void> {
  if (action === 'nothing') return;
  const planId = plan?.id ?? (await ensurePlanIn(tx, environmentId, promoted.planName));
  if (present !== undefined) return preferVersion(tx, planId, versionNumber(present));
  await keepBuilt(tx, planId, promoted);
  await ensureResources(
    tx,
    planId,
    promoted.compiled.resources.map(({ key }) => key),
  );
  const version = await addVersion(tx, planId, promoted, { userId, preferred: true, name: promoted.name });
  if (promoted.releaseNotes !== '') await setReleaseNotes(tx, planId, Number.parseInt(version, 10), promoted.releaseNotes);
}
