/**
 * Benchmark (k): what a hostile stranger and a hostile tenant can do to everybody else. `cellplane serve` on the simulated cell; each
 * attack of `attacks.ts` goes on for some seconds from a process of its own, while this one asks `/healthz` and reads the list of
 * services in turns, and a run of hundreds of small tasks is under way. Its fencing counter tells whether an owner lost its lease.
 * usage: node bench/dist/defended.js [--seconds 8] [--only TEXT] [--port 18094]
 */
import { parseArgs } from 'node:util';
import { operations } from '@cellplane/api';
import { sql } from '@cellplane/server';
import { ATTACKS, hostilePlans, type Target } from './attacks.js';
import { quantile, record } from './figures.js';
import { planHead } from './plan-head.js';
import { type Offered, offerPlan } from './offer.js';
import { tokenOf } from './product.js';
import { runProgram } from './program.js';
import { isBusy, pause, settled, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    port: { type: 'string', default: '18094' },
  },
});

/** Between two questions, milliseconds. */
const EVERY_MS = 20;
/** Goals of the 99th of 100 answers, milliseconds. */
const GOALS = { health: 100, read: 500 };

interface Times {
  health: number[];
  read: number[];
}

/** One task after another for as long as the attack takes: its owner never lets it go. */
function longPlan(tasks: number): string {
  return `${planHead('Long', 'Long')}    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              steps:
${Array.from(
  { length: tasks },
  (_, step) => `                - [{name: step-${step}, template: one, arguments: {parameters: [{name: step, value: "${step}"}]}}]
`,
).join('')}            - name: one
              inputs: {parameters: [{name: step}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "one-{{inputs.parameters.step}}"}
                  data: {step: "{{inputs.parameters.step}}"}
`;
}

await withProduct(Number(values.port), async (world) => {
  const { client, database, product } = world;
  const begin = (offered: Offered) => offered.create(client);
  const long = await offerPlan(client, longPlan(1_000), 'Long');
  const victim = await offerPlan(client, longPlan(1), 'Victim');
  const instanceId = await begin(victim);
  await settled(world, [instanceId]);
  const creates: Record<string, string> = {};
  for (const [name, spec] of Object.entries(hostilePlans)) creates[name] = createPath(await offerPlan(client, spec, name));
  const token = await tokenOf(product);
  const target: Target = {
    url: product.url,
    token,
    serviceId: victim.built.serviceID,
    instanceId,
    resourceKey: victim.resourceKey,
    creates,
  };

  const ask = async (path: string, times: number[], headers: Record<string, string>) => {
    const began = performance.now();
    const answer = await fetch(product.url + path, { headers, signal: AbortSignal.timeout(120_000) });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    times.push(performance.now() - began);
  };
  const listen = async (goesOn: () => boolean): Promise<Times> => {
    const times: Times = { health: [], read: [] };
    const loop = async (path: string, into: number[], headers: Record<string, string>) => {
      while (goesOn()) {
        await ask(path, into, headers);
        await pause(EVERY_MS);
      }
    };
    await Promise.all([
      loop('/healthz', times.health, {}),
      loop(operations.listServices.path, times.read, { authorization: `Bearer ${token}` }),
    ]);
    return times;
  };
  const leases = async (id: string) =>
    (await sql<{ fence: number }>`select max(fence)::int as fence from runs where subject = ${id}`.execute(database.db)).rows[0]?.fence ??
    0;

  let running = await begin(long);
  let fence = 0;
  let lost = 0;
  /** A lease that was lost is taken again, which raises the counter; a run that has ended is followed by another. */
  const look = async () => {
    const now = await leases(running);
    if (fence > 0) lost += Math.max(0, now - fence);
    fence = now;
    if (await isBusy(world, running)) return;
    running = await begin(long);
    fence = 0;
  };

  const rounds: { name: string; times: Times; answers: Record<string, number>; lost: number }[] = [];
  const measure = async (name: string, work: () => Promise<Record<string, number>>) => {
    await look();
    lost = 0;
    let over = false;
    const [times, answers] = await Promise.all([listen(() => !over), work().finally(() => (over = true))]);
    await look();
    rounds.push({ name, times, answers, lost });
    const shown = (all: number[]) =>
      `p50 ${quantile(all, 0.5).toFixed(0)}, p99 ${quantile(all, 0.99).toFixed(0)}, max ${quantile(all, 1).toFixed(0)} ms`;
    console.log(
      `${name}: healthz ${shown(times.health)}; read ${shown(times.read)}; leases lost ${lost}; answers ${JSON.stringify(answers)}`,
    );
  };

  const seconds = Number(values.seconds);
  await measure('nothing', async () => {
    await pause(seconds * 1_000);
    return {};
  });
  for (const [index, { name }] of ATTACKS.entries()) {
    if (!name.includes(values.only)) continue;
    await measure(name, () => runProgram('attacker.js', [String(index), String(seconds), JSON.stringify(target)]));
  }
  const [quiet, ...attacked] = rounds;
  const worst = (of: (times: Times) => number[]) =>
    attacked.map(({ name, times }) => ({ name, p99: quantile(of(times), 0.99) })).toSorted((a, b) => b.p99 - a.p99)[0] ?? {
      name: '',
      p99: 0,
    };
  const [health, read] = [worst((times) => times.health), worst((times) => times.read)];
  const losses = rounds.reduce((sum, round) => sum + round.lost, 0);
  record({
    benchmark: `(k) others, during ${attacked.length} attacks`,
    measured: `worst p99 of /healthz ${health.p99.toFixed(0)} ms (${health.name}), of a read ${read.p99.toFixed(0)} ms (${read.name}); without an attack ${quantile(quiet?.times.health ?? [], 0.99).toFixed(0)} and ${quantile(quiet?.times.read ?? [], 0.99).toFixed(0)} ms; leases lost ${losses}`,
    goal: {
      text: `/healthz ≤ ${GOALS.health} ms, a read ≤ ${GOALS.read} ms, no lease lost`,
      met: health.p99 <= GOALS.health && read.p99 <= GOALS.read && losses === 0,
    },
    figures: rounds.map(({ name, times, answers, lost: leasesLost }) => ({
      name,
      answers,
      leasesLost,
      health: [0.5, 0.99, 1].map((share) => quantile(times.health, share)),
      read: [0.5, 0.99, 1].map((share) => quantile(times.read, share)),
    })),
  });
});

function createPath({ params }: Offered): string {
  return operations.createInstance.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((params as Record<string, string>)[name] ?? ''),
  );
}
