/** What is kept of an observation for people, beside the last one that the run goes on with: masked, and small. Pure. */
import type { Json, JsonObject, Observation, Verdict } from '@cellplane/plan';
import { uidOf, versionOf } from '../run/leaf/leaf-memory.js';
import type { Redactor } from '../redact.js';

/** A row of `run_observations`, without where it belongs. */
export interface ShownObservation {
  /** Epoch milliseconds. */
  at: number;
  verdict: JsonObject;
  object: JsonObject;
}

/** So many are kept of one task, the first ones: a gate that goes back and forth would fill the table. */
export const MOST_OF_TASK = 200;
/** Characters of a status as JSON. */
const MOST_OF_STATUS = 16_384;

/** Live values of a Secret are nobody's to read: of its gates only whether they hold. */
export function shownObservation(observation: Observation, verdict: Verdict, redactor: Redactor): ShownObservation {
  const { at, object } = observation;
  const isSecret = object?.kind === 'Secret';
  const { state, reason, success, failure } = verdict;
  const trees = isSecret ? {} : { ...(success === undefined ? {} : { success }), ...(failure === undefined ? {} : { failure }) };
  const shown = { state, reason: isSecret && state === 'waiting' ? 'the gate is not true yet' : reason, ...trees } as unknown as JsonObject;
  return {
    at,
    verdict: redactor.json(shown, 'numbers'),
    object: object === null ? { gone: true } : objectOf(object, isSecret ? undefined : object['status'], redactor),
  };
}

function objectOf(object: JsonObject, status: Json | undefined, redactor: Redactor): JsonObject {
  const generation = (object['metadata'] as JsonObject | undefined)?.['generation'];
  const masked = status === undefined || status === null ? undefined : redactor.json(status, 'numbers');
  const isSmall = masked !== undefined && JSON.stringify(masked).length <= MOST_OF_STATUS;
  return {
    uid: uidOf(object),
    resourceVersion: versionOf(object),
    ...(typeof generation === 'number' ? { generation } : {}),
    ...(isSmall ? { status: masked } : {}),
  };
}
