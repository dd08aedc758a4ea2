/** Loaded into a server that is measured: on SIGUSR2 it collects garbage and writes its memory to the file in CELLPLANE_BENCH_PROBE. */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const file = process.env['CELLPLANE_BENCH_PROBE'] ?? '';

process.on('SIGUSR2', () => {
  for (let times = 0; times < 3; times += 1) collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  writeFileSync(`${file}.new`, JSON.stringify({ rss, heapUsed, external }));
  renameSync(`${file}.new`, file);
});
