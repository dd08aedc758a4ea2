import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { differences, installSimulated, runScenario, targetOf } from './differential/run.testing.js';
import { scenarios } from './differential/scenarios.testing.js';
import type { Answer } from './differential/step.testing.js';
import { startSimulator } from './simulator.js';

const recorded = async (name: string) =>
  JSON.parse(await readFile(new URL(`fixtures/recorded/${name}.json`, import.meta.url), 'utf8')) as Answer[];

// The answers were recorded from a Kubernetes 1.34 API server by e2e/simulator-differential.cell.ts.
describe('the simulated cell answers as the recorded API server did', () => {
  for (const scenario of scenarios) {
    it(scenario.name, async () => {
      const simulator = await startSimulator({ speed: 4 });
      try {
        const real = await recorded(scenario.name);
        await installSimulated(targetOf(simulator.kubeconfig), scenario);
        const simulated = await runScenario(targetOf(simulator.kubeconfig), scenario);
        expect(simulated.map((answer) => answer.name)).toEqual(real.map((answer) => answer.name));
        expect(real.flatMap((answer, i) => differences(answer, simulated[i], answer.name))).toEqual([]);
      } finally {
        await simulator.stop();
      }
    });
  }

  it('compares 300 requests or more', async () => {
    const counts = await Promise.all(scenarios.map(async (scenario) => (await recorded(scenario.name)).length));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(300);
  });
});
