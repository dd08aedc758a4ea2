/** Loaded into a server that is measured: how long it takes to answer each request, from its head to the end of the answer, as lines of a file. */
import { subscribe } from 'node:diagnostics_channel';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';

const file = createWriteStream(process.env['CELLPLANE_BENCH_TIMES'] ?? '/dev/null', { flags: 'a' });
const began = new WeakMap<IncomingMessage, number>();

subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  began.set(request, performance.now());
});
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage };
  file.write(`${request.method} ${request.url} ${(performance.now() - (began.get(request) ?? 0)).toFixed(2)}\n`);
});
