/** Puts the application on a port. What a client may take of the server before the application sees a request is bounded here. */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from '../log.js';
import type { App } from './context.js';
import { answerUnreadable, answerWithoutUrl, clearAfterAnswer, mayBegin, noteArrival } from './connection.js';

/** Bytes of the request line and all headers. Node answers 431 for more. */
const MOST_HEADER_BYTES = 16 * 1024;
/** Headers are complete within this, or the connection ends. Milliseconds. */
const HEADERS_MS = 20_000;
/** The whole request, likewise: 4 MiB within it are 35 KiB a second. Milliseconds. */
const REQUEST_MS = 120_000;
/** Connections on which nothing has moved for so long end: longer than any operation waits. Milliseconds. */
const SILENCE_MS = 900_000;

export interface Listening {
  host: string;
  /** The real one, if 0 was asked. */
  port: number;
  url: string;
  /** Accepts nothing new, lets requests in flight finish, and cuts what is still open after the grace. Milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** Listens. Rejects with a sentence that names the cure if the address cannot be had. */
export async function listen(app: App, host: string, port: number, log: Logger): Promise<Listening> {
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    errorHandler: (error) => answerWithoutUrl(error, log),
  });
  const limits = {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 5_000,
  };
  const server = createServer(limits, (incoming, outgoing) => {
    if (!mayBegin(incoming, outgoing)) return;
    noteArrival(incoming);
    clearAfterAnswer(incoming, outgoing);
    void listener(incoming, outgoing);
  });
  server.timeout = SILENCE_MS;
  server.on('clientError', answerUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    host,
    port: address.port,
    url: `http://${shown}:${address.port}`,
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(`Port ${port} on ${host} is in use by another program: set CELLPLANE_PORT to a free one (0 takes any).`, {
      cause: error,
    });
  if (error.code === 'EACCES') return new Error(`Port ${port} needs more rights: set CELLPLANE_PORT to one above 1023.`, { cause: error });
  return new Error(`Cannot listen on ${host}:${port}: ${error.message}. Check CELLPLANE_HOST.`, { cause: error });
}
