/** What a namespace says about something that does not become ready, one statement for each speaker. */
import type { ExplainedEvent, KubernetesObject, PodProblem } from '@cellplane/kubernetes';
import { operatorWords } from './operator-words.js';

export interface Statement {
  /** `Pod/db-1`: what it is about. */
  object: string;
  /** A container of it: `container main`. */
  place?: string;
  reason: string;
  message: string;
  /** All of it on one line. */
  text: string;
  /** ISO time from which on it is so, where that is known. */
  since?: string;
  /** By the status of the object that is waited for. */
  isOwn?: true;
}

/** Of a pod. */
export function saidByPod(problem: PodProblem): Statement {
  const { pod, container, reason, message, text, since } = problem;
  return {
    object: `Pod/${pod}`,
    ...(container === undefined ? {} : { place: container }),
    reason,
    message,
    text,
    ...(since === undefined ? {} : { since }),
  };
}

/** Of a warning event. */
export function saidByEvent({ object, reason, message, source, since }: ExplainedEvent): Statement {
  const text = `${object}: ${reason}: ${message}${source === '' ? '' : ` (${source})`}`;
  return { object, reason, message, text, ...(since === undefined ? {} : { since }) };
}

/** Of the operator, in the object's status. */
export function saidByStatus(object: KubernetesObject): Statement[] {
  return operatorWords(object).map(({ reason, message, text }) => ({
    object: `${object.kind}/${object.metadata.name}`,
    reason,
    message,
    text,
    isOwn: true,
  }));
}
