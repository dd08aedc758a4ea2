/** How often anybody may cause a mail to one address, or try one's password again: counted as failed sign-ins are. */
import { DomainError } from '../../errors.js';
import { blockedFor, counter, reserve } from '../attempts.js';
import type { Visitor } from '../doors.js';
import type { SessionDeps } from '../session.js';

/** Counts one request for this address or user. @throws DomainError bad_request too-many-requests, whether the address is known or not */
export async function countRequest(deps: SessionDeps, visitor: Visitor, what: string, whose: string): Promise<void> {
  await deps.doors.query(visitor, async () => {
    const counters = [counter('nameAtAddress', what, whose)];
    if ((await reserve(deps.db, counters)) !== undefined) return;
    const seconds = (await blockedFor(deps.db, counters)) || 1;
    throw new DomainError('bad_request', 'too-many-requests', `Too many requests for this address: try again in ${seconds} s.`, [], {
      retryAfter: seconds,
    });
  });
}
