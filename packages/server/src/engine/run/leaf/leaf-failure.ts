import { ApiError } from '@cellplane/kubernetes';
import { messageOf } from '../../../errors.js';
import { doubledPause } from '../../../process/timer.js';
import { type LeafAnswer, LeafStop } from './leaf-answer.js';
import { LeaseLost } from '../../rows/lease.js';

/** What a message about a call needs to name. */
export interface CallPlace {
  apiVersion: string;
  kind: string;
  cellId: string;
}

/**
 * What a failed attempt means. `ApiError.outcome` classifies the error (docs/architecture.md#writes-to-a-cell); here it gets a name that people see while
 * the task waits. `LeaseLost` is not an answer and is thrown on.
 */
export function answerOfFailure(error: unknown, place: CallPlace): LeafAnswer {
  if (error instanceof LeafStop) return error.answer;
  if (error instanceof LeaseLost) throw error;
  if (!(error instanceof ApiError)) return { kind: 'later', code: 'unexpected-error', message: messageOf(error) };
  const wait = (code: string, message: string): LeafAnswer => ({
    kind: 'later',
    code,
    message,
    ...(error.retryAfterMs === undefined ? {} : { afterMs: error.retryAfterMs }),
  });
  if (error.reason === 'KindNotServed') return wait('kind-not-served', notServed(place));
  if (error.outcome === 'permanent') return { kind: 'failed', code: permanentCode(error), message: error.message };
  if (error.status === 0) return wait('cell-away', `cell ${place.cellId} does not answer: ${error.message}`);
  if (error.status === 401) return wait('not-authenticated', `cell ${place.cellId} does not accept our credentials: ${error.message}`);
  if (error.status === 403) return wait(/exceeded quota/.test(error.message) ? 'quota-exceeded' : 'forbidden', error.message);
  if (error.status === 409) return wait('conflict', error.message);
  if (error.status === 429) return wait('too-many-requests', error.message);
  if (/failed calling webhook/.test(error.message)) return wait('webhook-away', error.message);
  return wait('cell-trouble', error.message);
}

/** "kind Cluster of postgresql.cnpg.io/v1 is not served by cell X", and the cure. */
function notServed({ apiVersion, kind, cellId }: CallPlace): string {
  return `kind ${kind} of ${apiVersion} is not served by cell ${cellId}: its CRD is not installed there (name the operator's chart under helmChartDependencies, or install it)`;
}

function permanentCode(error: ApiError): string {
  if (error.status === 422) return 'invalid';
  if (error.status === 403) return 'denied';
  if (error.status === 404) return 'not-found';
  return 'refused';
}

/** Milliseconds until the next attempt: 0.25 s doubling to 15 s, a quarter of it by chance. */
export function backOff(attempts: number, random: () => number = Math.random): number {
  const base = doubledPause({ failures: attempts, firstMs: 250, mostMs: 15_000 });
  return Math.round(base * (0.75 + 0.25 * random()));
}
