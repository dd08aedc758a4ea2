/** Puts the application on a port. */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { App } from './app.js';

export interface Listening {
  host: string;
  /** The real one, if 0 was asked. */
  port: number;
  url: string;
  /** Accepts nothing new, lets requests in flight finish, and cuts what is still open after the grace. Milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** Listens. Rejects with a sentence that names the cure if the address cannot be had. */
export async function listen(app: App, host: string, port: number): Promise<Listening> {
  const listener = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
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
