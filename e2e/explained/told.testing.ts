/** Brings a fixture's state about and collects what API and command line say of it. */
import type { InstanceProgress } from '@cellplane/api';
import { until } from '../../packages/server/src/engine/engine.testing.js';
import { type Fixture, type Scene, WIDGET } from './fixture.testing.js';
import { planText } from './plan.testing.js';
import type { ExplainedWorld, Place } from './world.testing.js';

/** What is said of a fixture, and what of its words is not said. */
export interface Told {
  status: string;
  object: string | undefined;
  hasDeadline: boolean;
  unsaid: string[];
}

/** What is to be said of it. */
export function wanted(fixture: Fixture): Told {
  return {
    status: fixture.ends === 'waits' ? 'IN_PROGRESS' : 'FAILED',
    object: fixture.object,
    hasDeadline: fixture.ends === 'waits',
    unsaid: [],
  };
}

/** Creates an instance of the fixture's plan, plays the others on the cluster, and waits until everything is said, or throws with what is. */
export async function tell(world: ExplainedWorld, fixture: Fixture, patienceMs: number): Promise<Told> {
  await fixture.before?.(world.others);
  const place = await world.create(planText('Explained', fixture.plan));
  const scene = await sceneOf(world, place.instanceId);
  if (fixture.operation !== undefined && fixture.operation !== 'create') await begin(world, place, scene, fixture, patienceMs);
  await fixture.others?.(scene);
  const progress = await until(
    async () => told(await progressOf(world, place.instanceId), fixture),
    `${fixture.title} to be told`,
    patienceMs,
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; it says: ${wordsOf(await progressOf(world, place.instanceId))}`);
  });
  if (process.env['CELLPLANE_SHOW_EXPLAINED'] !== undefined)
    console.log(`${fixture.title}\n  ${wordsOf(progress).replaceAll('\n', '\n  ')}`);
  const byApi = await toldByApi(world, place, progress, fixture);
  return { ...byApi, unsaid: [...byApi.unsaid, ...(await unsaidByCommands(world, place, progress, fixture))] };
}

/** What the API says of the run. */
async function toldByApi(world: ExplainedWorld, place: Place, { run }: InstanceProgress, fixture: Fixture): Promise<Told> {
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
async function unsaidByCommands(world: ExplainedWorld, place: Place, { run }: InstanceProgress, fixture: Fixture): Promise<string[]> {
  const id = run?.id ?? '';
  const words = [...fixture.says, fixture.object ?? '', fixture.ends === 'waits' ? (run?.waitingFor?.deadline ?? 'a deadline') : 'FAILED'];
  const instance = await world.command('instance', 'describe', place.instanceId);
  const workflow = await world.command('workflow', 'describe', id);
  const events = fixture.ends === 'fails' ? unsaid(await world.command('workflow', 'events', id), fixture.says.slice(0, 1)) : [];
  return [...unsaid(instance, words), ...unsaid(workflow, words), ...events];
}

/** Words that are not in a text, with the text. */
function unsaid(text: string, words: string[]): string[] {
  return words.filter((one) => !asPattern(one).test(text)).map((one) => `${one} is not in: ${text}`);
}

function objectName(object: object | undefined): string {
  const { kind = '', name = '' } = (object ?? {}) as { kind?: string; name?: string };
  return `${kind}/${name}`;
}

async function sceneOf(world: ExplainedWorld, instanceId: string): Promise<Scene> {
  const namespace = await world.namespaceOf(instanceId);
  return { ...world.others, namespace, widget: { ...WIDGET, namespace, name: 'db' } };
}

/** Brings the instance up, with its operator's word where it has one, and begins the operation that is looked at. */
async function begin(world: ExplainedWorld, place: Place, scene: Scene, fixture: Fixture, patienceMs: number): Promise<void> {
  if (fixture.plan.create.some((task) => task.name === 'widget')) await scene.setStatus(scene.widget, { phase: 'Ready' });
  await until(
    async () => ((await progressOf(world, place.instanceId)).status === 'RUNNING' ? true : undefined),
    `${fixture.title} to run`,
    patienceMs,
  );
  await fixture.between?.(scene);
  if (fixture.operation === 'delete') await world.client.deleteInstance({ params: place, body: {} });
  else await world.client.modifyInstance({ params: place, body: { requestParams: { note: 'second' } } });
}

function progressOf(world: ExplainedWorld, instanceId: string): Promise<InstanceProgress> {
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

/** `…` is anything on one line. */
function asPattern(words: string): RegExp {
  return new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*?'));
}
