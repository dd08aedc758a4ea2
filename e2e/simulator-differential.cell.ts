import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../packages/simulator/src/index.js';
import { differences, installSimulated, runScenario, targetOf } from '../packages/simulator/src/differential/run.testing.js';
import { scenarios } from '../packages/simulator/src/differential/scenarios.testing.js';
import { helm } from './real-cluster.testing.js';
import type { Answer } from '../packages/simulator/src/differential/step.testing.js';

const RECORDED = fileURLToPath(new URL('../packages/simulator/src/fixtures/recorded/', import.meta.url));

const recorded = async (name: string) => JSON.parse(await readFile(`${RECORDED}${name}.json`, 'utf8')) as Answer[];

/**
 * A watch from "now" on a kind that nobody writes to while others write: an API server whose etcd reports no progress cannot tell
 * that it is up to date, gives up after 3 s, and asks the client to come again. It has not answered, so its recorded answer counts.
 */
function wasBehind(answer: Answer): boolean {
  return JSON.stringify(answer.events ?? []).includes('"reason":"ResourceVersionTooLarge"');
}

/** A chart of CloudNativePG's repository, where the control plane installs it, so that the other suites find it. */
async function installReal({ name, version }: { name: string; version: string }): Promise<void> {
  const repository = 'https://cloudnative-pg.github.io/charts';
  const mirror = (process.env.CELLPLANE_CHART_MIRRORS ?? '').split(',').find((one) => one.startsWith(`${repository}=`));
  const from = mirror === undefined ? repository : mirror.slice(repository.length + 1);
  const flags = ['--repo', from, '--version', version, '-n', 'cellplane-operators', '--create-namespace', '--wait', '--timeout', '3m'];
  await helm('upgrade', '--install', name, name, ...flags);
}

/**
 * Sends the same requests to the simulated cell and to the API server of CELLPLANE_TEST_KUBECONFIG and compares the answers field by field.
 * RECORD=1 writes the real answers down, for the replay in `npm test`; ONLY=<name> runs one scenario.
 */
describe('the simulated cell answers like a real API server', () => {
  const path = process.env.CELLPLANE_TEST_KUBECONFIG;
  for (const scenario of scenarios.filter((one) => process.env.ONLY === undefined || one.name === process.env.ONLY)) {
    it(scenario.name, { timeout: 300_000 }, async () => {
      if (path === undefined) throw new Error('CELLPLANE_TEST_KUBECONFIG must name the kubeconfig of a cluster made for tests');
      for (const chart of scenario.charts ?? []) await installReal(chart);
      const real = await runScenario(targetOf(await readFile(path, 'utf8')), scenario);
      if (process.env.RECORD === '1') {
        await mkdir(RECORDED, { recursive: true });
        await writeFile(`${RECORDED}${scenario.name}.json`, `[\n${real.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`);
      }
      const simulator = await startSimulator({ speed: 4 });
      try {
        await installSimulated(targetOf(simulator.kubeconfig), scenario);
        const simulated = await runScenario(targetOf(simulator.kubeconfig), scenario);
        const earlier = await recorded(scenario.name);
        const answered = real.map((answer) => (wasBehind(answer) ? (earlier.find(({ name }) => name === answer.name) ?? answer) : answer));
        expect(answered.flatMap((answer, i) => differences(answer, simulated[i], answer.name))).toEqual([]);
      } finally {
        await simulator.stop();
      }
    });
  }
});
