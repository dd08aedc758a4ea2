import { readFileSync } from 'node:fs';
import { buildPlan, type CompiledPlan, workflowGraph } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { exampleTexts } from './example-values';
import { simulate } from './simulate';
import type { Operators } from './model';

const plan = ((): CompiledPlan => {
  const text = readFileSync(new URL('../../../../../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
  const built = buildPlan(text).plan;
  if (built === undefined) throw new Error('the example has errors');
  return built;
})();
const [resource] = plan.resources;
if (resource === undefined) throw new Error('the example has no resource');
const values = exampleTexts(resource.parameters);
const run = (verb: string, operators: Operators = 'succeed', more: Record<string, string> = {}) =>
  simulate(plan, { resource: resource.key, verb, values: { ...values, ...more }, operators });

it('runs every workflow of the example to its end, with values put into what is sent', () => {
  for (const workflow of [...Object.values(resource.systemWorkflows), ...resource.customWorkflows]) {
    const own = exampleTexts(workflow.parameters);
    const { outcome, missing } = run(workflow.verb, 'succeed', own);
    expect({ verb: workflow.verb, phase: outcome.phase, message: outcome.message, missing }).toEqual({
      verb: workflow.verb,
      phase: 'Succeeded',
      message: '',
      missing: [],
    });
  }
  const { tasks, moments, outputs } = run('create', 'succeed', { storageSize: '7Gi' });
  expect(tasks.map(({ name }) => name)).toEqual(['applydatabasesecret', 'applybackupsecret', 'applyobjectstore', 'applycluster']);
  const cluster = tasks.at(-1);
  expect(cluster?.manifest).toContain('size: 7Gi');
  expect(cluster?.status).toContain('phase: Cluster in healthy state');
  expect(cluster?.success).toContain('status.readyInstances == 1');
  expect(tasks[0]?.manifest).toContain('password: "***"');
  expect(outputs).toContainEqual({ name: 'status', value: 'Cluster in healthy state' });
  const { create } = resource.systemWorkflows;
  const ids = create === undefined ? [] : workflowGraph(create).map(({ id }) => id);
  expect(Object.keys(moments.at(-1)?.phases ?? {}).toSorted()).toEqual(ids.toSorted());
});

it('shows how a run fails where the operator reports a failure, and what it waits for where it does nothing', () => {
  const failing = run('create', 'fail');
  expect(failing.outcome.phase).toBe('Failed');
  expect(failing.outcome.message).toContain('Cluster is unrecoverable');
  const hanging = run('create', 'hang');
  expect(hanging.outcome).toMatchObject({ phase: 'Failed', at: 1_800_000 });
  expect(hanging.outcome.message).toContain('DeadlineExceeded');
});

it('says which expressions have no value before anything would be sent', () => {
  const { missing, tasks, outcome } = simulate(plan, { resource: resource.key, verb: 'create', values: {}, operators: 'succeed' });
  expect(missing).toContain('$var.storageSize');
  expect([tasks.length, outcome.phase]).toEqual([0, 'Failed']);
});
