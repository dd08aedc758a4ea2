/** Loaded into a server that is measured: on SIGUSR2 it writes how many requests it has begun over undici, which is how it asks cells, by method. */
import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';

const file = `${process.env['CELLPLANE_BENCH_PROBE'] ?? ''}.requests`;
const counts: Record<string, number> = {};

subscribe('undici:request:create', (message) => {
  const { method } = (message as { request: { method: string } }).request;
  counts[method] = (counts[method] ?? 0) + 1;
});
process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
