import type { KubernetesObject } from '@cellplane/kubernetes';
import { isCustomGroup } from '@cellplane/plan';

/** Fields of a status in which operators say in words what is wrong. `reason` alone is a word for programs, but better than nothing. */
const TELLING = ['message', 'phaseReason', 'error', 'errorMessage', 'lastError', 'failureMessage', 'failureReason', 'reason'] as const;

/** Conditions that are bad when they are true; all others are bad when they are false. */
const BAD_WHEN_TRUE = /fail|error|degraded|stalled|pressure/i;

/** Longest text taken of one field. Characters. */
const LONGEST = 400;
/** So many of an object's complaints are shown. */
const MOST = 3;

export interface OperatorWords {
  /** The field that says it, `status.message` or `condition Ready is False`; empty if nothing does. */
  reason: string;
  message: string;
  /** Both, with the object. */
  text: string;
}

interface Condition {
  type?: unknown;
  status?: unknown;
  reason?: unknown;
  message?: unknown;
}

/**
 * What an object's operator says about it in its status: messages, and conditions that are not as they should be. A custom
 * resource whose status is empty is shown as such: no operator has acted on it. Secrets have no status, so they are not shown.
 */
export function operatorWords(object: KubernetesObject): OperatorWords[] {
  const name = `${object.kind}/${object.metadata.name}`;
  const status = object['status'];
  if (typeof status !== 'object' || status === null || Object.keys(status).length === 0) {
    const message = 'has no status: its operator has not said anything about it (does it run?)';
    return isCustomGroup(object.apiVersion) ? [{ reason: '', message, text: `${name} ${message}` }] : [];
  }
  const fields = status as Record<string, unknown>;
  const words = TELLING.flatMap((field): OperatorWords[] => {
    const value = fields[field];
    if (typeof value !== 'string' || value === '') return [];
    const message = value.slice(0, LONGEST);
    return [{ reason: `status.${field}`, message, text: `${name} says in status.${field}: ${message}` }];
  });
  const conditions = Array.isArray(fields['conditions']) ? (fields['conditions'] as Condition[]) : [];
  for (const { type, status: value, reason, message } of conditions) {
    if (typeof type !== 'string' || (value !== 'True' && value !== 'False')) continue;
    if ((value === 'True') !== BAD_WHEN_TRUE.test(type)) continue;
    const why = [reason, message]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(': ')
      .slice(0, LONGEST);
    if (why !== '')
      words.push({ reason: `condition ${type} is ${value}`, message: why, text: `${name}: condition ${type} is ${value}: ${why}` });
  }
  return words.slice(0, MOST);
}
