/** Words for the state of a request. Pure. */
import { badRequest, type DomainError, invalidState } from '../errors.js';
import { REQUEST_STATUSES, type RequestStatus } from './request-store.js';

/** @throws DomainError bad_request for a word that is no status */
export function statusFilter(asked: string | undefined): { status?: RequestStatus } {
  if (asked === undefined || asked === '') return {};
  const status = REQUEST_STATUSES.find((one) => one === asked.toUpperCase());
  if (status !== undefined) return { status };
  throw badRequest('unknown-status', `Invalid request: status must be one of ${REQUEST_STATUSES.join(', ')}.`, [
    { field: 'status', message: 'is no status of a request' },
  ]);
}

/** What people write with a request or its answer: trimmed, empty where they write nothing. */
export function wordsOf(text: string | undefined): string {
  return (text ?? '').trim();
}

/** What a request that was answered refuses. */
export function answeredAlready({ id, status }: { id: string; status: RequestStatus }): DomainError {
  return invalidState('request-answered', `Request ${id} is ${status} already; only a PENDING one can be answered.`);
}
