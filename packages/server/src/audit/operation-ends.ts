import type { Follower } from '../events/follow.js';
import { insertOperationEnd } from './record-store.js';

/** Ends of lifecycle operations, which the events of the domain tell, as audit events. */
export const operationEnds: Follower = {
  name: 'audit',
  kinds: ['operation-ended'],
  async handle(tx, { position, subject, payload, at }) {
    const { operationId, outcome } = payload as { operationId: string; outcome: 'succeeded' | 'failed' | 'cancelled' };
    // One that is tried again ends again.
    await insertOperationEnd(tx, { id: `event-o${position}`, instanceId: subject, operationId, outcome, at });
  },
};
