/** Handlers of a provider's people. */
import type { Caller, Handlers } from '@cellplane/api';
import { type Transaction, transaction } from '../../database/database.js';
import { tell } from '../../events/tell.js';
import type { Outbox } from '../../mail/outbox.js';
import { selectPersonName } from '../addressee-store.js';
import { visitorOf } from '../handlers.js';
import type { SessionDeps } from '../session.js';
import { accept } from './accept.js';
import { emailOf, personNameOf, requirePassword, roleOf, serviceIdsOf } from './fields.js';
import { selectInvitations } from './invitation-store.js';
import { changeRole, invite, remove, revokeInvitation } from './people.js';
import { selectPeople } from './people-store.js';
import { invitationToken } from './token.js';

export type PeopleHandlers = Pick<
  Handlers,
  'listOrgUsers' | 'inviteUser' | 'changeUserRole' | 'revokeUserRole' | 'listInvitations' | 'revokeInvitation' | 'acceptInvitation'
>;

/** Binds the operations on a provider's people. */
export function peopleHandlers(deps: SessionDeps & { invitationKey: Buffer; outbox: Outbox }): PeopleHandlers {
  const { db, invitationKey, outbox } = deps;
  const mailInvitation = async (tx: Transaction, caller: Caller, { id, email, role }: { id: string; email: string; role: string }) => {
    const payload = { token: invitationToken(invitationKey, id), inviting_user_name: await selectPersonName(tx, caller.userId), role };
    await outbox.post(tx, {
      providerOrgId: caller.orgId,
      recipient: email,
      audience: 'provider',
      about: id,
      letter: { type: 'InvitePerson', payload },
    });
  };
  return {
    async listOrgUsers({ caller: { orgId } }) {
      const [people, invitations] = [await selectPeople(db, orgId), await selectInvitations(db, orgId)];
      const invited = invitations.map(({ userId, email, roleType, createdAt, serviceIds }) => {
        return { userId, email, name: '', roleType, invitedAt: createdAt, status: 'INVITED', serviceIds };
      });
      return {
        Id: orgId,
        orgUsers: [...people, ...invited].map((one) => ({ ...one, invitedAt: one.invitedAt.toISOString() })),
      };
    },
    async inviteUser({ body, caller }) {
      const roleType = roleOf(body.roleType, 'roleType');
      const wanted = { email: emailOf(body.email), roleType, serviceIds: serviceIdsOf(roleType, body.serviceIds) };
      await transaction(db, async (tx) => {
        const { id, isNew } = await invite(tx, outbox, caller, wanted);
        if (isNew) await mailInvitation(tx, caller, { id, email: wanted.email, role: roleType });
      });
    },
    async changeUserRole({ body, caller }) {
      const roleType = roleOf(body.newRoleType, 'newRoleType');
      const wanted = { email: emailOf(body.email), roleType, serviceIds: serviceIdsOf(roleType, body.serviceIds) };
      await transaction(db, async (tx) => {
        await changeRole(tx, caller, wanted);
        await tellPeople(tx, caller);
      });
    },
    async revokeUserRole({ body, caller }) {
      const wanted = { email: emailOf(body.email), roleType: roleOf(body.roleType, 'roleType') };
      await transaction(db, async (tx) => {
        await remove(tx, outbox, caller, wanted);
        await tellPeople(tx, caller);
      });
    },
    async listInvitations({ caller }) {
      const rows = (await selectInvitations(db, caller.orgId)).map(({ id, email, roleType, serviceIds, ...row }) => ({
        id,
        email,
        roleType,
        serviceIds,
        invitedAt: row.createdAt.toISOString(),
        invitedByUserName: row.invitedByName ?? '',
        expiresAt: row.expiresAt.toISOString(),
        token: invitationToken(invitationKey, id),
      }));
      // Whoever has the token of a root's invitation becomes one.
      return { invitations: rows.filter(({ roleType }) => roleType !== 'root' || caller.roleType === 'root') };
    },
    async revokeInvitation({ params, caller }) {
      await transaction(db, async (tx) => {
        await revokeInvitation(tx, outbox, caller, params.id);
        await tellPeople(tx, caller);
      });
    },
    async acceptInvitation({ body, ...request }) {
      const wanted = { token: body.token, name: personNameOf(body.name), password: body.password };
      requirePassword(body.password);
      return accept(deps, wanted, visitorOf(request));
    },
  };
}

/** Pages that list them are to be read anew. */
async function tellPeople(tx: Transaction, { orgId }: { orgId: string }): Promise<void> {
  await tell(tx, { kind: 'thing-changed', subject: orgId, payload: { noun: 'people', orgId } });
}
