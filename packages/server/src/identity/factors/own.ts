/** One's own factors, and those of somebody who has lost them. */
import type { Caller } from '@cellplane/api';
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { DomainError, invalidState, notFound } from '../../errors.js';
import type { Visitor } from '../doors.js';
import { lockOrganization } from '../organization-store.js';
import { makeRecoveryCodes } from './enrol.js';
import { deleteFactors, type FactorRow, selectFactors, selectSecondStep } from './factor-store.js';
import { endPersonsSessions, holdReachable, selectIsRequired, updateIsRequired } from './person-store.js';
import { type OwnDeps, type Proof, requirePerson, withProof } from './proof.js';
import { replaceRecoveryCodes } from './recovery-store.js';

/** What a person has. */
export async function listFactors(
  db: Database,
  { userId, orgId }: Caller,
): Promise<{ factors: FactorRow[]; recoveryCodesLeft: number; required: boolean }> {
  const [factors, { recoveryCodes }] = [await selectFactors(db, userId), await selectSecondStep(db, userId)];
  return { factors, recoveryCodesLeft: recoveryCodes, required: await selectIsRequired(db, orgId) };
}

/** Removes a factor; with the last one the recovery codes go. @throws DomainError not_found; as `withProof` */
export async function removeFactor(deps: OwnDeps, caller: Caller, id: string, proof: Proof, visitor: Visitor): Promise<void> {
  const { userId } = caller;
  await withProof(deps, caller, proof, visitor, async (tx) => {
    if ((await deleteFactors(tx, userId, id)).length === 0) throw notFound('factor', id);
    if ((await selectSecondStep(tx, userId)).kinds.length === 0) await replaceRecoveryCodes(tx, userId, []);
  });
}

/** Makes new recovery codes. @throws DomainError invalid_state without a factor; as `withProof` */
export async function renewRecoveryCodes(deps: OwnDeps, caller: Caller, proof: Proof, visitor: Visitor): Promise<string[]> {
  const { userId } = caller;
  return withProof(deps, caller, proof, visitor, async (tx) => {
    if ((await selectSecondStep(tx, userId)).kinds.length === 0)
      throw invalidState('no-factor', 'You have no second factor: add one first, and recovery codes come with it.');
    return makeRecoveryCodes(tx, userId);
  });
}

/** Removes all factors of somebody, who is signed out everywhere. @throws DomainError not_found, forbidden, invalid_state */
export async function resetFactors({ db }: OwnDeps, caller: Caller, userId: string): Promise<number> {
  requirePerson(caller);
  if (userId === caller.userId)
    throw invalidState('own-factors', 'These are your own second factors: remove them one by one, with your password or a code.');
  return transaction(db, async (tx) => {
    const person = await holdReachable(tx, caller.orgId, userId);
    if (person === undefined) throw notFound('user', userId);
    if (person.isRoot && caller.roleType !== 'root')
      throw new DomainError('forbidden', 'only-a-root', 'Only a root makes, changes or removes a root: ask one of them.');
    const removed = await deleteFactors(tx, userId, null);
    await replaceRecoveryCodes(tx, userId, []);
    await endPersonsSessions(tx, userId);
    return removed.filter(({ isConfirmed }) => isConfirmed).length;
  });
}

/** Says whether the organization's own people need a second factor. @throws DomainError invalid_state for whoever has none; as `withProof` */
export async function requireFactors(deps: OwnDeps, caller: Caller, isRequired: boolean, proof: Proof, visitor: Visitor): Promise<void> {
  const { userId, orgId } = caller;
  const change = async (tx: Transaction) => {
    if (isRequired && (await selectSecondStep(tx, userId)).kinds.length === 0)
      throw invalidState('own-factor-first', 'You have no second factor yourself: add one first, or you could do nothing else any more.');
    await updateIsRequired(tx, orgId, isRequired);
  };
  // Before the person, as everywhere.
  await withProof(deps, caller, proof, visitor, change, (tx) => lockOrganization(tx, orgId));
}
