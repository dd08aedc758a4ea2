/** Every stuck or failing state explains itself, in API and command line alike: cause, object, deadline (fixtures.testing.ts). */
import type { InstanceProgress } from '@cellplane/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { type Fixture, type Scene, WIDGET, WIDGET_CRD } from './fixture.testing.js';
import { FIXTURES } from './fixtures.testing.js';
import { planText } from './plan.testing.js';
import { type ExplainedWorld, openExplainedWorld, type Place } from './world.testing.js';

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
      await fixture.before?.(world.others);
      const place = await world.create(planText('Explained', fixture.plan));
      const scene = await sceneOf(place.instanceId);
      if (fixture.operation !== undefined && fixture.operation !== 'create') await begin(place, scene, fixture);
      await fixture.others?.(scene);
      const progress = await until(
        async () => told(await progressOf(place.instanceId), fixture),
        `${fixture.title} to be told`,
        PATIENCE_MS,
      ).catch(async (error: unknown) => {
        throw new Error(`${String(error)}; it says: ${wordsOf(await progressOf(place.instanceId))}`);
      });
      if (process.env['CELLPLANE_SHOW_EXPLAINED'] !== undefined)
        console.log(`${fixture.title}\n  ${wordsOf(progress).replaceAll('\n', '\n  ')}`);
      expect(await toldByApi(place, progress, fixture)).toEqual({
        status: fixture.ends === 'waits' ? 'IN_PROGRESS' : 'FAILED',
        object: fixture.object,
        hasDeadline: fixture.ends === 'waits',
        unsaid: [],
      });
      expect(await unsaidByCommands(place, progress, fixture)).toEqual([]);
    },
    2.5 * PATIENCE_MS,
  );
});

/** What the API says of the run. */
async function toldByApi(place: Place, { run }: InstanceProgress, fixture: Fixture) {
  const path = { serviceId: place.serviceId, environmentId: place.environmentId, id: run?.id ?? '' };
  const { Workflow, tasks = [] } = await world.client.describeWorkflow({ params: path });
  const failed = tasks.find((task) => task.phase === 'Failed' || task.phase === 'Error');
  const wait = Workflow.waitingFor;
  return {
    status: Workflow.status,
    object: fixture.object === undefined ? undefined : objectName(fixture.ends === 'waits' ? wait?.object : failed?.object),
    hasDeadline: Date.parse(wait?.deadline ?? '') > Date.now(),
    unsaid: unsaid([Workflow.message, wait?.reason, wait?.explanation].join('\n'), fixture.says),
  };
}

/** What the command line leaves unsaid, in the description of the instance and of the run; of a failure in its events, too. */
async function unsaidByCommands(place: Place, { run }: InstanceProgress, fixture: Fixture): Promise<string[]> {
  const id = run?.id ?? '';
  const words = [...fixture.says, fixture.object ?? '', fixture.ends === 'waits' ? (run?.waitingFor?.deadline ?? 'a deadline') : 'FAILED'];
  const instance = await world.command('instance', 'describe', place.instanceId);
  const workflow = await world.command('workflow', 'describe', id);
  const events = fixture.ends === 'fails' ? unsaid(await world.command('workflow', 'events', id), fixture.says.slice(0, 1)) : [];
  return [...unsaid(instance, words), ...unsaid(workflow, words), ...events];
}

/** Words that are not in a text, with the text. */
function unsaid(text: string, words: (string | RegExp)[]): string[] {
  return words.filter((one) => !asPattern(one).test(text)).map((one) => `${String(one)} is not in: ${text}`);
}

function objectName(object: object | undefined): string {
  const { kind = '', name = '' } = (object ?? {}) as { kind?: string; name?: string };
  return `${kind}/${name}`;
}

async function sceneOf(instanceId: string): Promise<Scene> {
  const namespace = await world.namespaceOf(instanceId);
  return { ...world.others, namespace, widget: { ...WIDGET, namespace, name: 'db' } };
}

/** Brings the instance up, with its operator's word where it has one, and begins the operation that is looked at. */
async function begin(place: Place, scene: Scene, fixture: Fixture): Promise<void> {
  if (fixture.plan.create.some((task) => task.name === 'widget')) await scene.setStatus(scene.widget, { phase: 'Ready' });
  await until(
    async () => ((await progressOf(place.instanceId)).status === 'RUNNING' ? true : undefined),
    `${fixture.title} to run`,
    PATIENCE_MS,
  );
  await fixture.between?.(scene);
  if (fixture.operation === 'delete') await world.client.deleteInstance({ params: place, body: {} });
  else await world.client.modifyInstance({ params: place, body: { requestParams: { note: 'second' } } });
}

function progressOf(instanceId: string): Promise<InstanceProgress> {
  return world.client.describeInstanceProgress({ params: { id: instanceId } });
}

/** The progress, once everything is said that has to be. */
function told(progress: InstanceProgress, fixture: Fixture): InstanceProgress | undefined {
  const isThere = fixture.ends === 'fails' ? progress.status === 'FAILED' : progress.run?.waitingFor !== undefined;
  if (!isThere) return undefined;
  return fixture.says.every((one) => asPattern(one).test(wordsOf(progress))) ? progress : undefined;
}

function wordsOf({ run, statusDescription }: InstanceProgress): string {
  return [run?.waitingFor?.reason, run?.waitingFor?.explanation, run?.message, statusDescription]
    .filter((text) => text !== undefined)
    .join('\n');
}

function asPattern(words: string | RegExp): RegExp {
  return typeof words === 'string' ? new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')) : words;
}
