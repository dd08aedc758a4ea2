import { expect, it } from 'vitest';
import { graphOf, type RunProgress, type Task } from './graph';

const task = (nodeId: string, phase: string): Task => ({
  kind: 'task',
  name: nodeId,
  title: nodeId,
  nodeId,
  phase,
  message: '',
  attempts: 1,
});
const stage = (name: string, position: string, phase: string): Task => ({
  kind: 'stage',
  name,
  title: name,
  position,
  phase,
  message: '',
  attempts: 1,
});
const run = (graph: RunProgress['graph'], tasks: Task[]): RunProgress => ({
  id: 'run',
  kind: 'create',
  phase: 'Running',
  message: '',
  createdAt: '',
  deadline: '',
  tasks,
  ...(graph === undefined ? {} : { graph }),
});
const arrows = (of: RunProgress) =>
  graphOf(of)
    .edges.map(({ from, to }) => `${from} > ${to}`)
    .toSorted();

it('stages lie before and after the tasks, which lie as the plan says', () => {
  const graph = [
    { id: 'a', name: 'a', dependsOn: [] },
    { id: 'b', name: 'b', dependsOn: ['a'] },
    { id: 'c', name: 'c', dependsOn: ['a'] },
  ];
  const of = run(graph, [
    stage('access', 'before', 'Succeeded'),
    stage('values', 'before', 'Succeeded'),
    task('a', 'Running'),
    stage('endpoints', 'after', 'Waiting'),
  ]);
  expect(arrows(of)).toEqual(
    ['stage access > stage values', 'stage values > a', 'a > b', 'a > c', 'b > stage endpoints', 'c > stage endpoints'].toSorted(),
  );
  expect(graphOf(of).nodes.map(({ id, phase }) => `${id} ${phase}`)).toEqual([
    'stage access Succeeded',
    'stage values Succeeded',
    'a Running',
    'b Pending',
    'c Pending',
    'stage endpoints Waiting',
  ]);
});

it('an entry that holds others is drawn by them: its first ones begin after what it waits for, and others wait for its last ones', () => {
  const graph = [
    { id: 'prepare', name: 'prepare', dependsOn: [] },
    { id: 'set', name: 'set', dependsOn: ['prepare'] },
    { id: 'set.one', name: 'one', parent: 'set', dependsOn: [] },
    { id: 'set.two', name: 'two', parent: 'set', dependsOn: ['set.one'] },
    { id: 'end', name: 'end', dependsOn: ['set'] },
  ];
  expect(arrows(run(graph, []))).toEqual(['prepare > set.one', 'set.one > set.two', 'set.two > end'].toSorted());
});

it('a loop is one node with the phase of its worst child', () => {
  const graph = [{ id: 'each', name: 'each', dependsOn: [] }];
  const [node] = graphOf(run(graph, [task('each(0:x)', 'Succeeded'), task('each(1:y)', 'Failed'), task('each(2:z)', 'Running')])).nodes;
  expect(node).toMatchObject({ id: 'each', phase: 'Failed' });
  expect(node?.tasks).toHaveLength(3);
});

it('tasks that the plan’s text does not foretell are there, too', () => {
  expect(graphOf(run([], [task('again.again', 'Running')])).nodes).toMatchObject([{ id: 'again.again', phase: 'Running' }]);
});
