/**
 * Retries (Argo 3.7 controller/operator.go processNodeRetries). A Retry node wraps attempts `name(0)`, `name(1)` … Policy
 * and limit are asked before waiting, so that a failure that is final is known at once. Where Argo retries without any
 * wait and without end, a second passes between attempts.
 */
import type { Inputs } from '../../expression/fragment.js';
import type { RetryStrategy } from '../../model.js';
import { ok } from '../../result.js';
import type { RunNode } from '../model.js';
import { type Call, callTemplate } from './template-call.js';
import { end, isFailing, isFulfilled, put, wake } from './walk.js';
import type { Walk } from './state.js';

/** Milliseconds between attempts that have neither a limit nor a backoff. */
const FLOOR = 1000;

/** Errors of Argo's util/errors that are worth another try by OnTransientError, by their texts. */
const TRANSIENT = [
  /\b(429|503)\b/,
  /too many requests|service ?unavailable|server ?timeout|timed? ?out/i,
  /exceeded quota|Operation cannot be fulfilled on resourcequotas/i,
  /etcdserver: leader changed|leader election lost/i,
  /no such host|dial tcp|TLS handshake|connection (reset|refused)|ECONNRESET|ECONNREFUSED|EAI_AGAIN|unexpected EOF|\bEOF\b|GOAWAY|transport connection broken/i,
];

/** True if a message tells of a passing fault of network or API server. */
function isTransientMessage(message: string): boolean {
  return TRANSIENT.some((pattern) => pattern.test(message));
}

/** Brings a Retry node's last attempt on, and begins the next one or ends the node when it has failed. */
export function runRetry(walk: Walk, call: Call, node: RunNode, inputs: Inputs, strategy: RetryStrategy): void {
  let retry: RunNode = walk.nodes.get(call.id) ?? put(walk, { ...node, type: 'Retry', inputs });
  for (;;) {
    const attempts = attemptsOf(walk, call.id);
    const last = attempts.at(-1);
    if (last !== undefined) {
      callTemplate(walk, attemptCall(call, attempts.length - 1, inputs));
      const current = walk.nodes.get(last.id) ?? last;
      if (!isFulfilled(current)) return;
      if (!isFailing(current.phase)) {
        end(walk, retry, 'Succeeded', '');
        return;
      }
      const decision = decide(walk, strategy, attempts[0] ?? current, current, attempts.length);
      if (decision.next === 'stop') {
        end(walk, retry, current.phase, decision.message);
        return;
      }
      if (decision.next === 'wait') {
        if (retry.notBefore !== decision.until) retry = put(walk, { ...retry, notBefore: decision.until, message: decision.message });
        wake(walk, decision.until);
        return;
      }
    }
    if (!walk.mayStart) {
      if (walk.stopping !== undefined) end(walk, retry, 'Failed', walk.stopping);
      return;
    }
    if (retry.notBefore !== undefined) {
      const { notBefore: _passed, ...rest } = retry;
      retry = put(walk, { ...rest, message: '' });
    }
    callTemplate(walk, attemptCall(call, attempts.length, inputs));
    const begun = walk.nodes.get(attemptId(call.id, attempts.length));
    if (begun === undefined || !isFulfilled(begun)) return;
  }
}

/** Attempts in their order, found by name: stored nodes come in any order. */
function attemptsOf(walk: Walk, id: string): RunNode[] {
  const attempts: RunNode[] = [];
  for (let node = walk.nodes.get(attemptId(id, 0)); node !== undefined; node = walk.nodes.get(attemptId(id, attempts.length)))
    attempts.push(node);
  return attempts;
}

function attemptCall(call: Call, index: number, inputs: Inputs): Call {
  return { ...call, id: attemptId(call.id, index), parent: call.id, supplied: () => ok(inputs), attempt: true };
}

function attemptId(id: string, index: number): string {
  return `${id}(${index})`;
}

type Decision = { next: 'attempt' } | { next: 'wait'; until: number; message: string } | { next: 'stop'; message: string };

function decide(walk: Walk, strategy: RetryStrategy, first: RunNode, last: RunNode, attempts: number): Decision {
  if (walk.stopping !== undefined) return { next: 'stop', message: last.message };
  const { backoff, limit, retryPolicy } = strategy;
  const finishedAt = last.finishedAt ?? walk.now;
  let wait = limit === undefined ? FLOOR : 0;
  if (backoff !== undefined) {
    wait = backoffMilliseconds(backoff, attempts);
    if (backoff.maxDurationSeconds !== undefined) {
      const latest = (first.startedAt ?? finishedAt) + backoff.maxDurationSeconds * 1000;
      if (walk.now > latest) return { next: 'stop', message: `Max duration limit exceeded: ${last.message}` };
      if (finishedAt + wait > latest) return { next: 'stop', message: `Backoff would exceed max duration limit: ${last.message}` };
    }
  }
  if (!retriesAfter(retryPolicy, last)) return { next: 'stop', message: last.message };
  if (limit !== undefined && attempts > limit) return { next: 'stop', message: `No more retries left: ${last.message}` };
  const until = finishedAt + wait;
  if (walk.now < until) return { next: 'wait', until, message: `Backoff for ${durationText(wait)}` };
  return { next: 'attempt' };
}

function retriesAfter(policy: RetryStrategy['retryPolicy'], last: RunNode): boolean {
  switch (policy) {
    case 'Always':
      return true;
    case 'OnFailure':
      return last.phase === 'Failed';
    case 'OnError':
      return last.phase === 'Error';
    case 'OnTransientError':
      return isTransientMessage(last.message);
  }
}

/** duration × factor^(attempts-1), capped. */
function backoffMilliseconds(backoff: NonNullable<RetryStrategy['backoff']>, attempts: number): number {
  const factor = backoff.factor > 0 ? backoff.factor ** (attempts - 1) : 1;
  return Math.min(backoff.durationSeconds * factor, backoff.capSeconds ?? Number.POSITIVE_INFINITY, 365 * 24 * 3600) * 1000;
}

/** `4 minutes 59 seconds`. */
function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return shown.length === 0 ? '0 seconds' : shown.slice(0, 2).join(' ');
}
