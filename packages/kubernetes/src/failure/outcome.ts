import type { StatusCause } from './errors.js';
import type { Outcome } from '../model.js';

/** What is known of a failed call. `status` is 0 where no answer came; then `reason` is ours and `sent` counts. */
export interface Failure {
  status: number;
  reason: string;
  message?: string;
  causes?: StatusCause[];
  /** Whether any byte of the request may have reached the API server. @default true */
  sent?: boolean;
}

/**
 * What a failed call means for a retry: the one table of docs/architecture.md#writes-to-a-cell.
 *
 * | answer | outcome | why |
 * |---|---|---|
 * | none, nothing was sent (refused, name not found, certificate, connect time-out, aborted while queued) | transient | the cluster is away; nothing can have happened |
 * | none, the request was sent (time-out, connection lost, aborted) | unknown | read the object back before sending again |
 * | refused by us before sending (`InvalidRequest`) | permanent | the same call can never be sent |
 * | "… denied the request" (webhook, ValidatingAdmissionPolicy), PodSecurity, LimitRange; any 4xx but 409 and 429 | permanent | an explicit decision on this very object |
 * | 400, 405, 406, 413, 415, 422 | permanent | the request is wrong |
 * | 500 "failed to create typed patch object" | permanent | an applied field or type that the kind does not have; the API server calls its own refusal an internal error |
 * | 401 | transient | credentials are renewed or repaired from outside |
 * | 403 otherwise (RBAC, quota, namespace being deleted) | transient | rights and quota change from outside; a named wait |
 * | 404 for the kind (`KindNotServed`) | transient | its CRD may be on the way |
 * | 404 for an object (`NotFound`) | permanent | repeating the call does not make the object; callers that expect absence look at `reason` |
 * | 409 (`Conflict`, `AlreadyExists`) | transient | read, compare, decide; callers that create look at `reason` |
 * | 410 (`Expired`, `Gone`) | transient | list again |
 * | 429 | transient | after Retry-After |
 * | 500 "failed calling webhook", other 5xx | transient | the API server could not decide |
 * | 504, reason `Timeout`, "etcdserver: request timed out" | unknown | the API server itself does not know whether it wrote |
 * | a 2xx answer that is broken or too large | unknown | it was accepted, we don't know with what result |
 */
export function classify(failure: Failure): Outcome {
  const { status, reason, message = '', sent = true } = failure;
  if (reason === 'InvalidRequest') return 'permanent';
  if (status === 0) return sent ? 'unknown' : 'transient';
  if (status < 300) return 'unknown';
  if (status < 400) return 'transient';
  if (status === 504 || reason === 'Timeout' || message.includes('etcdserver: request timed out')) return 'unknown';
  if (isDenial(status, message)) return 'permanent';
  if (status >= 500) return 'transient';
  if (reason === 'KindNotServed') return 'transient';
  return TRANSIENT_STATUS.has(status) ? 'transient' : 'permanent';
}

const TRANSIENT_STATUS = new Set([401, 403, 408, 409, 410, 425, 429]);

/** Texts by which Kubernetes 1.2x and 1.3x say that it, or an admission plugin, decided against the object rather than could not decide. */
const DENIALS = [
  /^failed to create typed patch object/,
  /admission webhook ".*" denied the request/,
  /ValidatingAdmissionPolicy .* denied request/,
  /violates PodSecurity/,
  /is forbidden: \[?(?:minimum|maximum) .* usage per /,
];

function isDenial(status: number, message: string): boolean {
  if (status === 409 || status === 429) return false;
  return DENIALS.some((pattern) => pattern.test(message));
}
