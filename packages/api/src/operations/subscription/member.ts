/** Members of subscriptions, and who is invited. */
import { Type } from 'typebox';
import { optional, optionalText, required, text } from '../../field.js';
import { customer } from '../../access.js';
import { operation } from '../../operation.js';

const Member = Type.Object({
  subscriptionId: text,
  /** Empty while the person has not taken the invitation up. */
  userId: text,
  name: text,
  email: text,
  roleType: text,
  /** Ours: of an invitation that has not been taken up. */
  invitationExpiresAt: optionalText,
});

const members = Type.Array(Member);
const person = Type.Object({ email: required, roleType: required });
const SUBSCRIPTION = '/resource-instance/subscription/{subscriptionId}' as const;

export const subscriptionMemberOperations = {
  listAllSubscriptionMembers: operation({
    id: 'consumption-user-api#ListAllSubscriptionUsers',
    api: 'v1',
    route: 'GET /resource-instance/subscription-users',
    summary: 'Members of all subscriptions of the caller, and who is invited',
    access: customer('member:read'),
    query: Type.Object({ environmentType: optionalText }),
    response: Type.Object({ subscriptionUsers: members }),
  }),
  listSubscriptionMembers: operation({
    id: 'consumption-user-api#DescribeUsersBySubscription',
    api: 'v1',
    route: `GET ${SUBSCRIPTION}/subscription-users`,
    summary: 'Members of one subscription, and who is invited',
    access: customer('member:read'),
    response: Type.Object({ Id: text, subscriptionUsers: members }),
  }),
  inviteSubscriptionMember: operation({
    id: 'consumption-user-api#InviteUser',
    api: 'v1',
    route: `POST ${SUBSCRIPTION}/invite-user`,
    summary: 'Invite somebody by address, or give a member another role',
    access: customer('member:write'),
    body: person,
  }),
  removeSubscriptionMember: operation({
    id: 'consumption-user-api#RevokeUserRole',
    api: 'v1',
    route: `DELETE ${SUBSCRIPTION}/revoke-user-role`,
    summary: 'Take a member’s role, or an invitation, away',
    access: customer('member:write'),
    body: Type.Object({ email: required, roleType: optional(text) }),
  }),
};
