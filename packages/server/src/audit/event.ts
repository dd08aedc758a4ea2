/** Audit events: what each says, and the words that it says it with. */
import type { Principal } from '../identity/authorize.js';
import { SESSION_METHODS } from '../identity/method.js';

/**
 * What came of a call. `refused`: nothing was done. `failed`: the server could not say whether something was. `unknown`: the process that
 * carried it out did not live to tell.
 */
export const OUTCOMES = ['succeeded', 'refused', 'failed', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Who caused it: a customer's people; the platform, carrying out what people asked for; the provider, or the platform by itself. */
export const SOURCES = ['Customer', 'Infra', 'Maintenance'] as const;
export type Source = (typeof SOURCES)[number];

/** How a session was begun. Empty: without one. */
export const AUTH_METHODS = ['', ...SESSION_METHODS] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** What a request or an answer names. Empty: nothing of the kind. */
export interface Named {
  serviceId: string;
  environmentId: string;
  planId: string;
  instanceId: string;
  subscriptionId: string;
  /** Other ids: `snapshotId=snap-…`. */
  targets: string[];
}

/** The start of an event, as the request says it. */
export interface Begun extends Named {
  id: string;
  operation: string;
  source: Source;
  person: (Principal & { session?: { id: string } }) | undefined;
  /** Whose trail it goes into. */
  providerOrgId: string;
  address: string;
  userAgent: string;
  correlationId: string;
  /** Names of the fields of its body. */
  fields: string[];
}

/** The end of an event. */
export interface Ended {
  outcome: Outcome;
  httpStatus: number;
  /** Of the error; empty for a success. */
  code: string;
}

/** What came of a request, by the status of its answer. 499: its client has gone, and nobody knows how far it came. */
export function outcomeOf(status: number): Outcome {
  if (status < 400) return 'succeeded';
  return status < 499 ? 'refused' : 'failed';
}
