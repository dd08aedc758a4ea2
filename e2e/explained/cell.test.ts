/** A cell that is away or silent is named as such, since when and why, on everything that waits there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../packages/server/src/database/test-database.testing.js';
import { until } from '../../packages/server/src/engine/engine.testing.js';
import { WIDGET, WIDGET_CRD, widget } from './fixture.testing.js';
import { planText } from './plan.testing.js';
import { type ExplainedWorld, openExplainedWorld, type Place } from './world.testing.js';

const database = await testDatabase({ poolSize: 20 });
let world: ExplainedWorld;
let place: Place;
beforeAll(async () => {
  world = await openExplainedWorld(database);
  await world.others.client.create(WIDGET_CRD);
  place = await world.create(planText('Explained', { create: [widget('successCondition: status.phase == Ready')] }));
  await said(/status\.phase == Ready/);
});
afterAll(() => world.stop());

/** Waits until the instance says that it waits for this. */
async function said(words: RegExp): Promise<string> {
  let last: string | undefined;
  return until(
    async () => {
      const { run } = await world.client.describeInstanceProgress({ params: { id: place.instanceId } });
      last = run?.waitingFor?.reason;
      return last !== undefined && words.test(last) ? last : undefined;
    },
    `the instance to say ${String(words)}`,
    100_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says: ${last}`);
  });
}

describe('a cell', { timeout: 400_000 }, () => {
  it('that is away is named, with the time since when and the network’s words; once it is back, the gate is what is waited for', async () => {
    await world.wire.become('cut');
    const reason = await said(/^cell \S+ does not answer since \d{4}-\S+Z: .*(connection refused|connection was lost|ECONNREFUSED)/);
    const shown = await world.command('instance', 'describe', place.instanceId);
    expect(shown).toContain('does not answer since');
    expect(shown).toContain('Widget/db');
    const [since = ''] = /\d{4}-\S+Z/.exec(reason) ?? [];
    expect(Math.abs(Date.now() - Date.parse(since))).toBeLessThan(60_000);
    await world.wire.become('whole');
    await said(/^status\.phase == Ready/);
  });

  it('that takes connections and answers nothing is named too, though its watches are open', async () => {
    await world.wire.become('silent');
    await said(/^cell \S+ does not answer since \d{4}-\S+Z: .*no (answer|connection).* in time/);
    expect(await world.command('instance', 'describe', place.instanceId)).toMatch(
      /does not answer since .*no (answer|connection).* in time/,
    );
    await world.wire.become('whole');
    await said(/^status\.phase == Ready/);
    // What the operator says now is seen, on whatever connection.
    const namespace = await world.namespaceOf(place.instanceId);
    await world.others.setStatus({ ...WIDGET, namespace, name: 'db' }, { phase: 'Ready' });
    await until(
      async () => {
        const { status } = await world.client.describeInstanceProgress({ params: { id: place.instanceId } });
        return status === 'RUNNING' ? true : undefined;
      },
      'the instance to run',
      100_000,
    );
  });
});
