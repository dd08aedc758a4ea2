/** Every stuck or failing state explains itself, in API and command line alike: cause, object, deadline (fixtures.testing.ts). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../packages/server/src/database/test-database.testing.js';
import { WIDGET_CRD } from './fixture.testing.js';
import { FIXTURES } from './fixtures.testing.js';
import { tell, wanted } from './told.testing.js';
import { type ExplainedWorld, openExplainedWorld } from './world.testing.js';

/** On a busy machine. Milliseconds. */
const PATIENCE_MS = 45_000;

const database = await testDatabase({ poolSize: 20 });
let world: ExplainedWorld;
beforeAll(async () => {
  world = await openExplainedWorld(database);
  await world.others.client.create(WIDGET_CRD);
});
afterAll(() => world.stop());

describe.concurrent('an instance explains itself when', () => {
  it.each(FIXTURES.map((fixture) => [fixture.title, fixture] as const))(
    '%s',
    async (_, fixture) => {
      expect(await tell(world, fixture, PATIENCE_MS)).toEqual(wanted(fixture));
    },
    2.5 * PATIENCE_MS,
  );
});
