/** What happens on a connection beside the application: requests that are none, and bodies that nobody reads. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@cellplane/api';
import type { Logger } from '../log.js';
import { answer, answerError } from './error-response.js';

/** Bytes and milliseconds for which a body that was refused is taken off the wire, so that its sender comes to read the answer. */
const MOST_CLEARED_BYTES = 64 * 1024 * 1024;
const CLEARING_MS = 2_000;

const begun = new WeakMap<IncomingMessage, number>();

/** Remembers what the connection had brought when this request came. */
export function noteArrival(incoming: IncomingMessage): void {
  begun.set(incoming, incoming.socket.bytesRead);
}

/** How many bytes the connection has brought since then. */
export function bytesOnTheWire(incoming: IncomingMessage | undefined): number {
  const before = incoming && begun.get(incoming);
  return incoming === undefined || before === undefined ? 0 : incoming.socket.bytesRead - before;
}

/** Requests that one connection may have under way at once. Clients that do not wait for answers hardly exist; libraries send one at a time. */
const MOST_UNDER_WAY = 16;
/** Requests that are passed over on a connection that is to end: one reading of the socket, 64 KiB, has no more. */
const MOST_PASSED_OVER = 4_000;

interface Line {
  underWay: number;
  /** Since one was refused. */
  passedOver?: number;
}

const lines = new WeakMap<Socket, Line>();

/**
 * Whether a request may begin. A stranger can send thousands in one piece, and all of them would begin before anybody else's turn comes:
 * the first that is too many is refused, what came behind it is not looked at, and the connection ends after that answer.
 */
export function mayBegin(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const { socket } = incoming;
  const line = lines.get(socket) ?? { underWay: 0 };
  lines.set(socket, line);
  if (line.passedOver !== undefined) {
    line.passedOver += 1;
    if (line.passedOver > MOST_PASSED_OVER) socket.destroy();
    return false;
  }
  if (line.underWay >= MOST_UNDER_WAY) {
    line.passedOver = 0;
    socket.pause();
    refuseToBegin(outgoing);
    return false;
  }
  line.underWay += 1;
  outgoing.once('close', () => {
    line.underWay -= 1;
  });
  return true;
}

function refuseToBegin(outgoing: ServerResponse): void {
  const {
    status,
    body,
    retryAfter = 1,
  } = answer(
    'too_many_requests',
    'too-many-at-once',
    `This connection has sent more than ${MOST_UNDER_WAY} requests before their answers: wait for answers, or use more connections.`,
  );
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(length),
    'retry-after': String(retryAfter),
    connection: 'close',
  });
  outgoing.end(text);
}

/** After the answer, takes what is left of the request's body off the wire, or ends the connection where that is too much. */
export function clearAfterAnswer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.once('finish', () => {
    if (incoming.complete || incoming.destroyed) return;
    let cleared = 0;
    const end = () => incoming.socket.destroySoon();
    const timer = setTimeout(end, CLEARING_MS);
    incoming.on('data', (piece: Buffer) => {
      cleared += piece.length;
      if (cleared > MOST_CLEARED_BYTES) end();
    });
    incoming.once('close', () => clearTimeout(timer));
    incoming.once('end', () => clearTimeout(timer));
    incoming.resume();
  });
}

/** Answers what is not HTTP, has headers that are too large, or did not come in time; then the connection ends. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node's own way looks here, too: in the middle of an answer there is no place for another one.
  const underWay = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || underWay) {
    socket.destroy();
    return;
  }
  const [status, body] = unreadable(error.code);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

function unreadable(code: string | undefined): [status: string, body: ErrorBody] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return [
      '431 Request Header Fields Too Large',
      answer('too_long', 'headers-too-large', 'The path and headers together are larger than 16 KiB.').body,
    ];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return [
      '408 Request Timeout',
      answer('bad_request', 'request-too-slow', 'The request did not arrive within two minutes, or its headers within 20 seconds.').body,
    ];
  return ['400 Bad Request', answer('bad_request', 'not-http', 'This is not an HTTP/1.1 request that can be read.').body];
}

/** The answer to a request whose target or Host header makes no URL. Whatever else comes here is a defect of the application's frame. */
export function answerWithoutUrl(error: unknown, log: Logger): Response {
  const isTarget = error instanceof Error && error.name === 'RequestError';
  const { status, body } = isTarget
    ? answer('bad_request', 'invalid-request-target', 'The path or the Host header of this request is not one that can be read.')
    : answerError(error, log, { method: '', path: '', repeatable: false });
  return Response.json(body, { status });
}
