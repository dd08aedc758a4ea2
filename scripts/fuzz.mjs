// npm run fuzz: asks every operation of the API what no honest client asks, for as long as it is told to (e2e/fuzz).
// usage: npm run fuzz [-- --seed 11] [--minutes 10]   A round with the seed, then rounds with the seeds after it until the time is over.
import { parseArgs } from 'node:util';
import { makeReady, root } from './install.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '11' }, minutes: { type: 'string', default: '10' } } });
for (const [name, value] of Object.entries(values)) {
  if (/^\d{1,9}$/.test(value)) continue;
  console.error(`--${name} must be a whole number, such as 11; it is ${value}.`);
  process.exit(1);
}
await makeReady();
const { conclude, vitest } = await import('./vitest.mjs');
conclude(vitest(`${root}vitest.config.ts`, ['e2e/fuzz'], { CELLPLANE_FUZZ_SEED: values.seed, CELLPLANE_FUZZ_MINUTES: values.minutes }));
