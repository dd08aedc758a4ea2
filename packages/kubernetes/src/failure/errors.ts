import type { Outcome } from '../model.js';

/** A cause of a Kubernetes Status: the field it speaks of and why. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/**
 * A failed Kubernetes call. `message` is the API server's own words where it answered, else ours.
 * `status` is 0 where no answer came (refused, reset, timed out, aborted).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly status: number,
    /** Kubernetes' reason (`NotFound`, `Conflict`, `Invalid`, `Expired`, …) or ours (`KindNotServed`, `Timeout`, `ConnectionRefused`, `Aborted`, `ConnectionLost`). */
    readonly reason: string,
    readonly outcome: Outcome,
    readonly causes: StatusCause[] = [],
    /** From Retry-After, milliseconds. */
    readonly retryAfterMs?: number,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
