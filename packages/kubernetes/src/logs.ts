/** Logs of containers: how they are asked for, and what comes. */
import { errorOfAnswer } from './failure/status.js';
import type { LogSelector } from './model.js';
import { nameSegment, query } from './paths.js';
import type { HttpRequest } from './transport/exchange.js';
import type { StreamOpened } from './transport/watch-stream.js';

const LOG_LIMIT_BYTES = 1_048_576;
/** A container may have nothing to say for long. */
const IDLE_MS = 3_600_000;

/** Without `follow` no more than fits into memory is sent. @throws ApiError `InvalidRequest` */
export function logRequest(pod: LogSelector, how?: 'follow'): HttpRequest {
  const path = `/api/v1/namespaces/${nameSegment(pod.namespace, 'namespace')}/pods/${nameSegment(pod.name, 'name of a Pod')}/log`;
  const { container, tailLines, previous, timestamps, sinceTime } = pod;
  const bounds = how === 'follow' ? { follow: true } : { limitBytes: LOG_LIMIT_BYTES };
  return {
    method: 'GET',
    path: `${path}${query({ container, tailLines, previous, timestamps, sinceTime, ...bounds })}`,
    headers: { accept: '*/*' },
  };
}

/** A container may end within a line. */
export function followLimits({ idleTimeoutMs = IDLE_MS, maxLineBytes }: { idleTimeoutMs?: number; maxLineBytes?: number }) {
  return { idleTimeoutMs, maxLineBytes, isLastLineWhole: true };
}

/** @throws ApiError where the API server has refused */
export function linesOf(opened: StreamOpened, request: HttpRequest): AsyncIterableIterator<string> {
  if (opened.kind === 'events') return opened.lines;
  const { status, headers, body } = opened;
  throw errorOfAnswer({ status, body, retryAfter: headers['retry-after'], date: headers['date'] }, `${request.method} ${request.path}`);
}
