/**
 * The verdict on a leaf: what Argo's executor decides by polling (executor/resource.go), from one observation, with the
 * freshness rules of docs/architecture.md#gates. Failure is looked at before success. Pure: the same input has the same verdict.
 */
import type { JsonObject } from '../json.js';
import type { ResourceAction } from '../model.js';
import { PatternBudget, PatternUnusable } from '../pattern/budget.js';
import {
  DEFAULT_SETTLE_SECONDS,
  generationLag,
  isAsWritten,
  isOlderThanWrite,
  metadataOf,
  quietSince,
  stalenessOfSuccess,
  uidOf,
} from './freshness.js';
import type { Gate } from './gate/model.js';
import { decidingClauses, evaluateGate, explainClause } from './gate/evaluate.js';
import type { Observation, ProofNode, Verdict, WriteRecord } from './model.js';

/** What is judged: the action, its gates with values bound (`bindGates`), and what the write did. */
export interface JudgedLeaf {
  action: ResourceAction;
  success?: Gate;
  failure?: Gate;
  /** Absent until the write is answered. A `get` needs none. */
  write?: WriteRecord;
  /** Seconds; 5 if absent. */
  settleSeconds?: number;
}

/** When an object is read again of which time did not tell whether it was seen before the write. Milliseconds. */
const READ_AGAIN_MS = 1_000;

const GONE = 'The resource has been deleted while its status was still being checked';

/** Judges a leaf by what is seen of its object. `now` is in epoch milliseconds. */
export function judge(leaf: JudgedLeaf, observation: Observation, now: number): Verdict {
  const { action, write } = leaf;
  if (action === 'delete') return judgeDelete(write, observation);
  if (write === undefined && action !== 'get') return waiting('not written yet');
  if (leaf.success === undefined && leaf.failure === undefined && action !== 'get') return succeeded(`${action} was accepted`);
  const { object } = observation;
  if (object === null) {
    if (write === undefined) return waiting('the object does not exist yet');
    if (observation.at > write.at) return failure(GONE);
    const older = waiting('what is seen is older than the write', 'observation older than the write');
    // Of the same millisecond nobody knows which came first: a read that was sent before the write may find nothing.
    return observation.at < write.at ? older : { ...older, lookAgainAt: write.at + READ_AGAIN_MS };
  }
  if (write !== undefined) {
    if (isOlderThanWrite(object, write)) return waiting('what is seen is older than the write', 'observation older than the write');
    if (uidOf(object) !== write.uid) return failure(`${GONE}: another object of this name has taken its place`);
  }
  return judgeGates(leaf, object, observation, now);
}

function judgeGates(leaf: JudgedLeaf, object: JsonObject, observation: Observation, now: number): Verdict {
  // A `get` has written nothing that what is there could be older than.
  const write = leaf.action === 'get' ? undefined : leaf.write;
  const answers = proofsOf(leaf, object);
  if (typeof answers === 'string') return failure(answers);
  const { failureProof, successProof } = answers;
  const proofs = { ...(successProof && { success: successProof }), ...(failureProof && { failure: failureProof }) };
  if (failureProof?.value === true) {
    const failed = `failure condition '${failureProof.text}' evaluated true (${explain(failureProof)})`;
    if (!isOldFailure(object, write)) return { state: 'failed', reason: failed, ...proofs };
    const until = write && believedAt(object, observation, write, leaf.settleSeconds ?? DEFAULT_SETTLE_SECONDS);
    if (until !== undefined && now >= until) return { state: 'failed', reason: failed, ...proofs };
    const freshness =
      until === undefined
        ? 'the failure was there before the write; waiting for the object to change'
        : `the failure was there when the write was repeated; settling until ${new Date(until).toISOString()}`;
    return {
      state: 'waiting',
      reason: `${explain(failureProof)}; ${freshness}`,
      freshness,
      ...(until !== undefined && { lookAgainAt: until }),
      ...proofs,
    };
  }
  if (successProof === undefined)
    return {
      state: 'succeeded',
      reason: failureProof ? 'the failure condition is false, and there is no success condition' : 'the object was read',
      ...proofs,
    };
  if (!successProof.value) return { state: 'waiting', reason: explain(successProof), ...proofs };
  const stale = write && stalenessOfSuccess(object, observation, write, leaf.settleSeconds ?? DEFAULT_SETTLE_SECONDS, now);
  if (stale === undefined) return { state: 'succeeded', reason: explain(successProof), ...proofs };
  return {
    state: 'waiting',
    reason: `${successProof.text} holds; ${stale.text}`,
    freshness: stale.text,
    ...(stale.until !== undefined && { lookAgainAt: stale.until }),
    ...proofs,
  };
}

/** What the conditions say of the object; in words why they can say nothing, now or later. */
function proofsOf(leaf: JudgedLeaf, object: JsonObject): { failureProof?: ProofNode; successProof?: ProofNode } | string {
  const patterns = new PatternBudget();
  try {
    return {
      ...(leaf.failure && { failureProof: evaluateGate(leaf.failure, object, patterns) }),
      ...(leaf.success && { successProof: evaluateGate(leaf.success, object, patterns) }),
    };
  } catch (error) {
    if (error instanceof PatternUnusable) return `the conditions cannot be decided: ${error.message}`;
    throw error;
  }
}

/** A failure that our write found does not count until the object changes, nor while its operator has not seen our write. */
function isOldFailure(object: JsonObject, write: WriteRecord | undefined): boolean {
  if (!write?.failureBefore) return false;
  return isAsWritten(object, write) || (write.changed && generationLag(object) !== undefined);
}

/**
 * When a failure that our write found counts though nothing has changed since: whether it was there before the first attempt
 * cannot be known, and it may well be what the operator said of that one. So it is believed as a success is, once the object
 * has been quiet for the settle time. Undefined: not by time alone.
 */
function believedAt(object: JsonObject, observation: Observation, write: WriteRecord, settleSeconds: number): number | undefined {
  if (write.blind !== true || generationLag(object) !== undefined) return undefined;
  return quietSince(object, observation, write) + settleSeconds * 1000;
}

/** A delete is done when the object is gone or another one has its name; until then its finalizers are what is waited for. */
function judgeDelete(write: WriteRecord | undefined, observation: Observation): Verdict {
  const { object } = observation;
  if (write === undefined) return waiting('not deleted yet');
  if (object === null) return succeeded('the object is gone');
  const uid = uidOf(object);
  if (uid !== undefined && write.uid !== '' && uid !== write.uid) {
    return isOlderThanWrite(object, write)
      ? waiting('what is seen is older than the delete')
      : succeeded('the object is gone; another one of this name has taken its place');
  }
  const { finalizers, deletionTimestamp } = metadataOf(object);
  const names = Array.isArray(finalizers) ? finalizers.map(String) : [];
  const since = typeof deletionTimestamp === 'string' ? `being deleted since ${deletionTimestamp}` : 'the delete has not been seen yet';
  return waiting(names.length > 0 ? `${since}; waiting for finalizers ${names.join(', ')}` : `${since}; waiting for the object to go`);
}

/** The verdict in one line: which clause is false with its live value, or why it failed, or the named wait. */
export function explainVerdict(verdict: Verdict): string {
  return verdict.reason;
}

function explain(proof: ProofNode): string {
  const clauses = decidingClauses(proof).map(explainClause);
  return clauses.length === 0 ? proof.text : [...new Set(clauses)].join('; ');
}

function waiting(reason: string, freshness?: string): Verdict {
  return { state: 'waiting', reason, ...(freshness !== undefined && { freshness }) };
}

function succeeded(reason: string): Verdict {
  return { state: 'succeeded', reason };
}

function failure(reason: string): Verdict {
  return { state: 'failed', reason };
}
