/**
 * The durability promise under fire. Two processes of the built server share one PostgreSQL and one cell; customers ask for
 * everything at random while the processes are killed, 5 % of the queries and of the Kubernetes calls fail, PostgreSQL is
 * stopped at once, and the cell goes away for a while. Then everything comes to rest, and is counted.
 *
 * `CHAOS_KILLS` (12), `CHAOS_MINUTES` (45), `CHAOS_SEED` and `CHAOS_AWAY_SECONDS` (8) change it. The seed fixes who asks for what and which
 * query fails; what meets what in time it cannot fix.
 */
import { afterAll, expect, it } from 'vitest';
import { atRest, audit, type DueBackups, moveTime, overdue } from './audit.testing.js';
import { type Slot, startInstallation } from './installation.testing.js';
import { offerSmallPlan, startPlayers } from './players.testing.js';
import { seeded } from './random.testing.js';
import { startSmallOperator } from './small-operator.testing.js';

const KILLS = Number(process.env['CHAOS_KILLS'] ?? 12);
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1e9));
/** Where that comes first, it ends the kills. */
const MINUTES = Number(process.env['CHAOS_MINUTES'] ?? 45);
const AWAY_SECONDS = Number(process.env['CHAOS_AWAY_SECONDS'] ?? 8);
const FAULTS = Number(process.env['CHAOS_FAULTS'] ?? 0.05);
const WHOLE = (process.env['CHAOS_WHOLE'] ?? 'yes') === 'yes';
/** Between two kills, milliseconds: at least, and how much more by chance. */
const CALM_MS = 400;
const CHANCE_MS = 1_600;
const LONGEST_CALM_MS = 15_000;
/** How often the other process is killed at the same moment. */
const BOTH = 0.15;
/** Everything must have ended this long after the last request. */
const REST_MS = 300_000;

const random = seeded(SEED);
const installation = await startInstallation({ random: random.fork() });
afterAll(() => installation.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it(`${KILLS} kills, faults, a stopped database and a cell away: nothing lost, nothing doubled, nothing stuck`, async () => {
  process.stdout.write(`chaos: seed ${SEED}\n`);
  const plan = await offerSmallPlan(installation, WHOLE);
  const operator = startSmallOperator(installation.cell);
  const players = startPlayers({ installation, plan, random: random.fork(), places: 20, players: 8, pauseMs: 500 });
  const late: string[] = [];
  const due: DueBackups = new Map();
  const dice = random.fork();
  const { db } = installation.database;
  const { cellProxy, slots } = installation;
  const away = async (ms: number) => {
    cellProxy.away = true;
    await pause(ms);
    cellProxy.away = false;
  };
  try {
    installation.setFaults(FAULTS);
    const began = Date.now();
    const kills = () => slots.reduce((sum, slot) => sum + slot.kills, 0);
    /** What happens once, when so many have been killed. */
    const once = [
      { after: KILLS / 3, act: () => installation.restartDatabase() },
      { after: (2 * KILLS) / 3, act: () => away(AWAY_SECONDS * 1000) },
    ];
    const accepted = () => players.asked.filter(({ outcome }) => outcome === 'accepted').length;
    const restarts = new Map<Slot, Promise<void>>();
    const kill = (slot: Slot) => {
      restarts.set(
        slot,
        installation.kill(slot).then(() => void restarts.delete(slot)),
      );
    };
    while (kills() < KILLS && Date.now() - began < MINUTES * 60_000) {
      // On a slow machine too something happens between two kills.
      const before = accepted();
      for (const until = Date.now() + LONGEST_CALM_MS; accepted() < before + 3 && Date.now() < until; ) await pause(100);
      await pause(CALM_MS + dice.next() * CHANCE_MS);
      // One that is just starting is left alone; the next to be ready is waited for where there is no other.
      if (restarts.size === slots.length) await Promise.race(restarts.values());
      const up = slots.filter((slot) => !restarts.has(slot));
      const victim = up[dice.below(up.length)];
      for (const slot of up) if (slot === victim || dice.chance(BOTH)) kill(slot);
      if (once[0] !== undefined && kills() >= once[0].after) {
        await Promise.all(restarts.values());
        await once.shift()?.act();
      }
      if (WHOLE) await moveTime(db, due).catch(() => undefined);
      late.push(...(await overdue(db, 10).catch(() => [])));
    }
    await Promise.all(restarts.values());
    for (const { act } of once) await act();
    const underFire = Date.now() - began;
    await players.stop();
    // The last mile too is under fire: only the kills have ended.
    await atRest(db, REST_MS);
    installation.setFaults(0);
    const verdict = await audit(installation, players.asked, due);
    const queries = slots.reduce((sum, { proxy }) => sum + proxy.counts.queries, 0);
    const failed = slots.reduce((sum, { proxy }) => sum + proxy.counts.dropped + proxy.counts.late + proxy.counts.unanswered, 0);
    process.stdout.write(
      `${JSON.stringify({ seed: SEED, kills: kills(), seconds: Math.round(underFire / 1000), queries, failedQueries: failed, cell: cellProxy.counts, ...verdict }, undefined, 2)}\n`,
    );
    expect({
      seed: SEED,
      lost: verdict.lost,
      doubled: verdict.doubled,
      stuck: [...verdict.stuck, ...late],
      wrong: [...verdict.wrong, ...players.contradictions],
    }).toEqual({
      seed: SEED,
      lost: [],
      doubled: [],
      stuck: [],
      wrong: [],
    });
    // It was a fire: things of many kinds have ended, and processes were killed.
    expect(kills()).toBeGreaterThan(0);
    expect(Object.keys(verdict.operations).length).toBeGreaterThan(5);
  } finally {
    await players.stop();
    await operator.stop();
  }
}, 3_600_000);
