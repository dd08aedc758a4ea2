import { describe, expect, it } from 'vitest';
import type { CompiledWorkflow, DagTask, Template } from '../model.js';
import { workflowGraph } from './graph.js';

const leaf = (name: string): Template => ({
  type: 'resource',
  name,
  inputs: [],
  action: 'apply',
  flags: [],
  manifest: '',
  apiVersion: 'v1',
  kind: 'ConfigMap',
});
const call = (name: string, template: string, more: Partial<DagTask> = {}): DagTask => ({
  name,
  template,
  dependencies: [],
  arguments: [],
  ...more,
});
const dag = (name: string, ...tasks: DagTask[]): Template => ({ type: 'dag', name, inputs: [], failFast: true, tasks });
const of = (...templates: Template[]) =>
  workflowGraph({ entrypoint: templates[0]?.name ?? '', templates } as Partial<CompiledWorkflow> as CompiledWorkflow);
const edges = (...templates: Template[]) => of(...templates).map(({ id, parent, dependsOn }) => [id, parent ?? '', ...dependsOn]);

describe('the graph of a workflow', () => {
  it('has every task after what it depends on, by dependencies or by depends', () => {
    const tasks = [call('c', 'x', { depends: '(a.Succeeded || b.Failed) && a' }), call('b', 'x', { dependencies: ['a'] }), call('a', 'x')];
    expect(edges(dag('main', ...tasks), leaf('x'))).toEqual([
      ['main.a', ''],
      ['main.b', '', 'main.a'],
      ['main.c', '', 'main.a', 'main.b'],
    ]);
  });

  it('goes into templates that are called, and ends where one calls itself', () => {
    expect(edges(dag('main', call('a', 'main'), call('b', 'inner')), dag('inner', call('x', 'x')), leaf('x'))).toEqual([
      ['main.a', ''],
      ['main.b', ''],
      ['main.b.x', 'main.b'],
    ]);
  });

  it('puts each group of steps after the one before', () => {
    const steps: Template = { type: 'steps', name: 'main', inputs: [], groups: [[call('a', 'x'), call('b', 'x')], [], [call('c', 'x')]] };
    expect(edges(steps, leaf('x'))).toEqual([
      ['main[0].a', ''],
      ['main[0].b', ''],
      ['main[2].c', '', 'main[0].a', 'main[0].b'],
    ]);
  });

  it('survives what the build refuses: cycles, unknown tasks and templates', () => {
    expect(edges(dag('main', call('a', 'x', { dependencies: ['b'] }), call('b', 'x', { dependencies: ['a'] })))).toHaveLength(2);
    expect(edges(dag('main', call('a', 'none', { dependencies: ['zero'] })))).toEqual([['main.a', '']]);
    expect(of()).toEqual([]);
  });

  it('is the one task of a workflow that is a single template', () => {
    expect(of(leaf('only'))).toEqual([{ id: 'only', name: 'only', dependsOn: [], action: 'apply', kind: 'ConfigMap' }]);
  });
});
