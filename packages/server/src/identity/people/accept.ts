/** An invited person becomes a user. */
import { transaction } from '../../database/database.js';
import { tell } from '../../events/tell.js';
import { badRequest, type DomainError, invalidState } from '../../errors.js';
import type { Outbox } from '../../mail/outbox.js';
import type { Visitor } from '../doors.js';
import { hashPassword } from '../password.js';
import { lockOrganization } from '../organization-store.js';
import type { SessionDeps } from '../session.js';
import { acceptInvitation, selectInvitation } from './invitation-store.js';
import { holdServices, insertPerson, updateRole } from './people-store.js';
import { invitationOf } from './token.js';

/** Makes the user. @throws DomainError bad_request for a token that is not good (any more), invalid_state if the address is somebody else's */
export async function accept(
  deps: SessionDeps & { invitationKey: Buffer; outbox: Outbox },
  wanted: { token: string; name: string; password: string },
  visitor: Visitor,
): Promise<{ userId: string; email: string }> {
  // Nothing is looked up, and no password is hashed, for a token that was not given here.
  const id = invitationOf(deps.invitationKey, wanted.token);
  if (id === undefined) throw wrongToken();
  const found = await deps.doors.query(visitor, () => selectInvitation(deps.db, id));
  if (found === undefined) throw wrongToken();
  return deps.doors.hash(visitor, async () => {
    const passwordHash = await hashPassword(wanted.password);
    return transaction(deps.db, async (tx) => {
      // Whoever takes it back, or changes its role, at the same moment finds the invitation or the person, and no gap between.
      await lockOrganization(tx, found.orgId);
      const invited = await acceptInvitation(tx, id);
      if (invited === undefined) throw wrongToken();
      const { orgId, userId, email, roleType, serviceIds, createdAt } = invited;
      const isNew = await insertPerson(tx, { id: userId, orgId, email, name: wanted.name, passwordHash, roleType, invitedAt: createdAt });
      if (!isNew)
        throw invalidState(
          'address-taken',
          `There is a user with the address ${email} already: sign in, or ask for an invitation to another address.`,
        );
      // Whoever had the token from somebody else needs no mail with it.
      await deps.outbox.withdraw(tx, { providerOrgId: orgId, about: [id], why: 'the invitation was accepted before' });
      // Products that were deleted meanwhile are left out.
      await updateRole(tx, userId, roleType, await holdServices(tx, orgId, serviceIds));
      await tell(tx, { kind: 'thing-changed', subject: orgId, payload: { noun: 'people', orgId } });
      return { userId, email };
    });
  });
}

function wrongToken(): DomainError {
  return badRequest('invalid-invitation', 'The invitation is used, taken back or over: ask for another one.', [
    { field: 'token', message: 'is not good' },
  ]);
}
