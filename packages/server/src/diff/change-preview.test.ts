/** What the program itself asks for: refusals are part of the answer. */
import { afterAll, expect, it } from 'vitest';
import { databaseTime } from '../database/clock.js';
import { testDatabase } from '../database/test-database.testing.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { previewChange } from './change-preview.js';
import { previewPlan } from './preview-plan.testing.js';

const database = await testDatabase();
const world = await openWorld(database);
const deps = { instances: world.deps, now: databaseTime, backupsPerCell: 1 };
afterAll(async () => {
  await world.engine.stop();
  await world.deps.charts.stop();
});

it('tells what would refuse a change as problems, each with its field', async () => {
  const id = await world.create(await world.offer(previewPlan()));
  await world.reach(id, 'RUNNING');
  const nothing = { steps: [], objects: [], charts: [], restarts: [] };
  const wrong = await previewChange(deps, { instanceId: id, kind: 'modify', parameters: { size: 'many', nobody: 1 } });
  expect(wrong).toMatchObject({ ...nothing, problems: [{ field: 'nobody' }, { field: 'size' }] });
  const same = await previewChange(deps, { instanceId: id, kind: 'upgrade', targetVersion: '1.0' });
  expect(same).toMatchObject({ ...nothing, problems: [{ code: 'same-version' }] });
  await expect(previewChange(deps, { instanceId: 'instance-nobody000', kind: 'modify' })).rejects.toMatchObject({ kind: 'not_found' });
});
