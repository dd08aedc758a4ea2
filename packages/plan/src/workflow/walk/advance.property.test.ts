import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledWorkflow, DagTask } from '../../model.js';
import { advance } from './advance.js';
import { isFulfilled } from './walk.js';
import { dag, Driver, leaf, type Outcome, run, task, workflow } from '../run.testing.js';

interface Sample {
  of: CompiledWorkflow;
  outcomes: Outcome[];
  order: number[];
}

/** DAGs of up to 10 tasks whose dependencies point backwards; some tasks are nested DAGs, loops or retried. */
const samples: fc.Arbitrary<Sample> = fc
  .record({
    size: fc.integer({ min: 1, max: 10 }),
    seeds: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    outcomes: fc.array(fc.constantFrom<Outcome>('Succeeded', 'Succeeded', 'Failed', 'Error'), { minLength: 30, maxLength: 30 }),
    order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    failFast: fc.boolean(),
    useDepends: fc.boolean(),
  })
  .map(({ size, seeds, outcomes, order, failFast, useDepends }) => {
    const tasks: DagTask[] = [];
    for (let index = 0; index < size; index += 1) {
      const seed = seeds[index] ?? 0;
      const before = tasks.filter((_task, at) => ((seeds[10 + at] ?? 0) + seed) % 3 === 0).map((other) => other.name);
      const results = ['', '.Succeeded', '.Failed', '.Omitted', '.Skipped', '.Errored'];
      const depends = before.map((name, at) => `${name}${results[(seed + at) % results.length]}`).join(seed % 2 === 0 ? ' && ' : ' || ');
      const template = ['leaf', 'leaf', 'retried', 'sub'][seed % 4] ?? 'leaf';
      tasks.push(
        task(`t${index}`, {
          template,
          ...(useDepends ? (depends === '' ? {} : { depends }) : { dependencies: before }),
          ...(!useDepends && seed % 5 === 0 && { continueOn: { failed: true, error: seed % 2 === 0 } }),
          ...(seed % 7 === 0 && { withItems: ['x', 'y'] }),
          ...(seed % 11 === 0 && { when: '1 == 2' }),
        }),
      );
    }
    const of = workflow([
      dag('main', tasks, { failFast }),
      dag('sub', [task('p'), task('q', { dependencies: ['p'] })]),
      leaf('retried', { retryStrategy: { limit: 1, retryPolicy: 'OnFailure', backoff: { durationSeconds: 5, factor: 2 } } }),
      leaf(),
    ]);
    return { of, outcomes, order };
  });

/** A leaf's outcome is fixed by its id, so that two orders of the same run can be compared. */
function outcomeOf(id: string, outcomes: Outcome[]): Outcome {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) % 9973;
  return outcomes[hash % outcomes.length] ?? 'Succeeded';
}

function play({ of, outcomes, order }: Sample, watch: (driver: Driver, id: string) => void = () => undefined): Driver {
  const driver = new Driver(run(of)).step();
  const running: string[] = [];
  const started = new Set<string>();
  for (let round = 0; driver.last.outcome === undefined; round += 1) {
    if (round > 1000) throw new Error('the run does not end');
    for (const { node } of driver.last.starts) {
      if (started.has(node.id)) continue;
      watch(driver, node.id);
      started.add(node.id);
      driver.start(node.id);
      running.push(node.id);
    }
    const [next] = running.splice((order[round % order.length] ?? 0) % Math.max(1, running.length), 1);
    if (next !== undefined) {
      driver.end(next, outcomeOf(next, outcomes));
      continue;
    }
    const { wakeAt } = driver.last;
    if (wakeAt === undefined) throw new Error('nothing runs, and there is no time to look again');
    driver.now = wakeAt;
    driver.step();
  }
  return driver;
}

describe('any DAG with any outcomes', () => {
  it('ends, long before its deadline', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const driver = play(sample);
        expect(driver.last.outcome).toBeDefined();
        expect(driver.now).toBeLessThan(3_600_000);
        expect(Object.values(driver.state.nodes).every(isFulfilled)).toBe(true);
      }),
    );
  });

  it('never starts a task before all it mentions is fulfilled', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const main = sample.of.templates[0];
        if (main?.type !== 'dag') return;
        play(sample, (driver, id) => {
          const name = /^main\.(t\d+)/.exec(id)?.[1];
          const started = main.tasks.find((one) => one.name === name);
          const mentioned = [...(started?.dependencies ?? []), ...(started?.depends?.match(/t\d+/g) ?? [])];
          for (const other of mentioned) expect(isFulfilled(driver.node(`main.${other}`))).toBe(true);
        });
      }),
    );
  });

  it('has the same phases whatever the order of events', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const forward = play(sample);
        const backward = play({ ...sample, order: sample.order.toReversed() });
        expect(backward.phases).toEqual(forward.phases);
        expect(backward.last.outcome?.phase).toBe(forward.last.outcome?.phase);
      }),
    );
  });

  it('is idempotent at every step, in any stored order, and starts nothing twice', () => {
    fc.assert(
      fc.property(samples, (sample) => {
        const seen = new Set<string>();
        const driver = play(sample, (at, id) => {
          expect(seen.has(id)).toBe(false);
          seen.add(id);
          const again = advance(at.state, at.now);
          expect(again.changed).toEqual([]);
          const shuffled = { ...at.state, nodes: Object.fromEntries(Object.entries(at.state.nodes).toReversed()) };
          expect(advance(shuffled, at.now).changed).toEqual([]);
        });
        expect(advance(driver.state, driver.now)).toMatchObject({ changed: [], starts: [], outcome: driver.last.outcome });
      }),
      { numRuns: 50 },
    );
  });
});
