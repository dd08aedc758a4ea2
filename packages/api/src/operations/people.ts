/** The people of a provider: who they are, their roles, and how they are invited. */
import { Type } from 'typebox';
import { anybody, provider } from '../access.js';
import { optionalTexts, required, text, texts } from '../field.js';
import { operation } from '../operation.js';

const Invitation = Type.Object({
  id: text,
  email: text,
  roleType: text,
  serviceIds: texts,
  invitedAt: text,
  invitedByUserName: text,
  expiresAt: text,
  /** What the invited person sends to accept it. */
  token: text,
});

export const peopleOperations = {
  listOrgUsers: operation({
    id: 'users-api#DescribeUsersByOrg',
    api: 'v1',
    route: 'GET /org-users',
    summary: "The organization's people, those who are invited included",
    access: provider('organization:read', 'organization'),
    response: Type.Object({
      Id: text,
      orgUsers: Type.Array(
        Type.Object({ userId: text, email: text, name: text, roleType: text, invitedAt: text, status: text, serviceIds: texts }),
      ),
    }),
  }),
  inviteUser: operation({
    id: 'users-api#InviteUser',
    api: 'v1',
    route: 'POST /invite-user',
    summary: 'Invite somebody into the organization; an open invitation of the address is replaced',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ email: required, roleType: required, serviceIds: optionalTexts }),
  }),
  changeUserRole: operation({
    id: 'users-api#ChangeUserRole',
    api: 'v1',
    route: 'POST /change-user-role',
    summary: "Change somebody's role, and the products that it is for",
    access: provider('organization:write', 'organization'),
    body: Type.Object({ email: required, newRoleType: required, serviceIds: optionalTexts }),
  }),
  revokeUserRole: operation({
    id: 'users-api#RevokeUserRole',
    api: 'v1',
    route: 'DELETE /revoke-user-role',
    summary: 'Remove somebody from the organization, or take an invitation back',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ email: required, roleType: required }),
  }),
  listInvitations: operation({
    id: 'cellplane#ListInvitations',
    api: 'ours',
    route: 'GET /api/invitations',
    summary: 'Open invitations with their tokens',
    access: provider('organization:write', 'organization'),
    response: Type.Object({ invitations: Type.Array(Invitation) }),
  }),
  revokeInvitation: operation({
    id: 'cellplane#RevokeInvitation',
    api: 'ours',
    route: 'DELETE /api/invitations/{id}',
    summary: 'Take an invitation back',
    access: provider('organization:write', 'organization'),
    successStatus: 204,
  }),
  acceptInvitation: operation({
    id: 'cellplane#AcceptInvitation',
    api: 'ours',
    route: 'POST /api/invitations/accept',
    summary: 'Accept an invitation with its token: name and password of the new user',
    access: anybody,
    body: Type.Object({ token: required, name: required, password: required }),
    response: Type.Object({ userId: text, email: text }),
  }),
};
