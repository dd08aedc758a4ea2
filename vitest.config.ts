import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests import the sources, so that a failing line is the line in the editor; the programs they start are the built ones.
const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url));
const packages = ['plan', 'api', 'kubernetes', 'simulator', 'server', 'cli'];

/** Journeys, and commands that start servers, take longest: they begin first, so that no worker ends with one of them alone. */
class JourneysFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isJourney = ({ moduleId }: TestSpecification) => /\/e2e\/|\/cli\/src\/(?:start|simulate)\//.test(moduleId);
    return [...sorted.filter(isJourney), ...sorted.filter((file) => !isJourney(file))];
  }
}

export default defineConfig({
  resolve: {
    alias: [
      { find: '@cellplane/plan/cut', replacement: fileURLToPath(new URL('./packages/plan/src/cut.ts', import.meta.url)) },
      { find: '@cellplane/plan/price', replacement: fileURLToPath(new URL('./packages/plan/src/price.ts', import.meta.url)) },
      { find: '@cellplane/api/access', replacement: fileURLToPath(new URL('./packages/api/src/access-of.ts', import.meta.url)) },
      {
        find: '@cellplane/api/begins',
        replacement: fileURLToPath(new URL('./packages/api/src/operations/instance/begins.ts', import.meta.url)),
      },
      { find: '@cellplane/api/client', replacement: fileURLToPath(new URL('./packages/api/src/client.ts', import.meta.url)) },
      { find: '@cellplane/api/colour', replacement: fileURLToPath(new URL('./packages/api/src/colour.ts', import.meta.url)) },
      {
        find: '@cellplane/api/name-tag',
        replacement: fileURLToPath(new URL('./packages/api/src/operations/instance/name-tag.ts', import.meta.url)),
      },
      { find: '@cellplane/server/launch', replacement: fileURLToPath(new URL('./packages/server/src/launch.ts', import.meta.url)) },
      ...packages.map((name) => ({ find: `@cellplane/${name}`, replacement: source(name) })),
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts', 'e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    globalSetup: ['scripts/vitest-postgres.ts'],
    retry: 0,
    // A condition is waited for as long as a busy machine needs; the usual second is a race.
    expect: { poll: { timeout: 45_000, interval: 20 } },
    sequence: { sequencer: JourneysFirst },
    // Files of one worker share their modules: half of the processor time went into loading them anew for each file.
    isolate: false,
    maxWorkers: 3,
  },
});
