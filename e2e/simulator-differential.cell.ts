import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../packages/simulator/src/index.js';
import { differences, runScenario, targetOf } from '../packages/simulator/src/differential/run.testing.js';
import { scenarios } from '../packages/simulator/src/differential/scenarios.testing.js';

const RECORDED = fileURLToPath(new URL('../packages/simulator/src/fixtures/recorded/', import.meta.url));

/**
 * Sends the same requests to the simulated cell and to the API server of CELLPLANE_TEST_KUBECONFIG and compares the answers field by field.
 * RECORD=1 writes the real answers down, for the replay in `npm test`; ONLY=<name> runs one scenario.
 */
describe('the simulated cell answers like a real API server', () => {
  const path = process.env.CELLPLANE_TEST_KUBECONFIG;
  for (const scenario of scenarios.filter((one) => process.env.ONLY === undefined || one.name === process.env.ONLY)) {
    it(scenario.name, { timeout: 120_000 }, async () => {
      if (path === undefined) throw new Error('CELLPLANE_TEST_KUBECONFIG must name the kubeconfig of a cluster made for tests');
      const real = await runScenario(targetOf(await readFile(path, 'utf8')), scenario);
      if (process.env.RECORD === '1') {
        await mkdir(RECORDED, { recursive: true });
        await writeFile(`${RECORDED}${scenario.name}.json`, `[\n${real.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`);
      }
      const simulator = await startSimulator({ speed: 4 });
      try {
        const simulated = await runScenario(targetOf(simulator.kubeconfig), scenario);
        expect(real.flatMap((answer, i) => differences(answer, simulated[i], answer.name))).toEqual([]);
      } finally {
        await simulator.stop();
      }
    });
  }
});
