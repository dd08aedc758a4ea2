import type { Follower } from '../events/follow.js';
import { insertMemberJoined } from './record-store.js';

/** Who joins a subscription, as audit events. No call tells it: an invitation is taken up with a sign-in, or with a look at the list. */
export const joinedMembers: Follower = {
  name: 'audit-members',
  kinds: ['member-joined'],
  async handle(tx, { position, subject, payload, at }) {
    const { userId, role } = payload as { userId: string; role: string };
    await insertMemberJoined(tx, { id: `event-m${position}`, subscriptionId: subject, userId, role, at });
  },
};
