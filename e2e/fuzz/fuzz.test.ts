/**
 * Every operation of the table, asked what no honest client asks (`request.testing.ts`) by everybody who may ask. Whatever comes, the server
 * answers in time, never with a failure of its own, with errors in the one form, and says nothing of its inside; its log tells of no failure.
 *
 * `npm test` asks the same each time. `npm run fuzz -- --seed N --minutes M` goes on with others; it prints the seed of each round.
 */
import { type Operation, operations } from '@cellplane/api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, faultsOf } from './answer.testing.js';
import { type FuzzRequest, requestsOf } from './request.testing.js';
import { type FuzzWorld, startWorld } from './world.testing.js';

const SEED = Number(process.env['CELLPLANE_FUZZ_SEED'] ?? 11);
const MINUTES = Number(process.env['CELLPLANE_FUZZ_MINUTES'] ?? 0);
/** Requests for each operation in a round: few where all tests run, many where somebody waits for nothing else. */
const RUNS = MINUTES > 0 ? 24 : 6;
/** Those that hash a password, or check a whole spec, cost as much as a hundred others each. */
const DEAR = /password|sign-?(?:in|up)|createConsumptionUser|PlanSpec|PlanFindings/i;
const runsOf = (name: string) => (DEAR.test(name) ? RUNS / 3 : RUNS);

let world: FuzzWorld;
beforeAll(async () => {
  world = await startWorld();
}, 400_000);
afterAll(async () => {
  await world?.plane.stop();
});

/** Asks, and throws with all that is wrong with the answer. */
async function tryOut(row: Operation, request: FuzzRequest): Promise<void> {
  const { url } = world.plane;
  let answer = await ask(url, request, await world.sessionOf(request.by));
  // A former request has ended the session, or it is an hour old.
  if (answer.status === 401 && request.by !== 'nobody' && request.headers['authorization'] === undefined)
    answer = await ask(url, request, await world.sessionOf(request.by, true));
  const faults = [...faultsOf(row, request, answer), ...world.newTrouble()];
  if (faults.length > 0)
    throw new Error(`${faults.join('; ')}\n  ${shown(request)}\n  answer: ${answer.status} ${answer.text.slice(0, 600)}`);
}

function shown({ by, method, path, headers, body }: FuzzRequest): string {
  return `${by}: ${method} ${path.slice(0, 600)} ${JSON.stringify(headers)} ${body?.toString('latin1').slice(0, 600) ?? ''}`;
}

const rows = Object.entries<Operation>(operations);

/** Each operation has its own: neighbours that are alike are not asked the same. */
const seedOf = (seed: number, at: number) => seed * 1_000 + at;

it.each(rows.map(([name, row], at) => ({ name, row, at })))(
  '$name bears whatever it is asked',
  { timeout: 180_000 },
  async ({ name, row, at }) => {
    const property = fc.asyncProperty(requestsOf(name, row, world.known), (request) => tryOut(row, request));
    const outcome = await fc.check(property, { seed: seedOf(SEED, at), numRuns: runsOf(name), endOnFailure: true });
    expect(outcome.failed ? String(outcome.errorInstance) : 'borne').toBe('borne');
  },
);

it.runIf(MINUTES > 0)('goes on for as long as it is told to', { timeout: (MINUTES + 2) * 60_000 }, async () => {
  const found: string[] = [];
  const end = Date.now() + MINUTES * 60_000;
  for (let seed = SEED + 1; Date.now() < end; seed += 1) {
    console.log(`seed ${seed}`);
    for (const [at, [name, row]] of rows.entries()) {
      const property = fc.asyncProperty(requestsOf(name, row, world.known), (request) => tryOut(row, request));
      const outcome = await fc.check(property, { seed: seedOf(seed, at), numRuns: runsOf(name), endOnFailure: true });
      if (outcome.failed) found.push(`${name}, seed ${seed}: ${String(outcome.errorInstance)}`);
    }
  }
  expect(found).toEqual([]);
});
