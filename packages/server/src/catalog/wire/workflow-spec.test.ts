import { readFileSync } from 'node:fs';
import { buildPlan, type CompiledWorkflow, type JsonObject } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { workflowSpec } from './workflow-spec.js';

/** What comes out of a plan (JSON is YAML) whose create workflow is this one. */
function compiled(workflow: JsonObject): CompiledWorkflow {
  const plan = {
    name: 'Round trip',
    deployment: {
      hostedDeployment: { awsAccountId: '123456789012', awsBootstrapRoleAccountArn: 'arn:aws:iam::123456789012:role/x' },
    },
    services: [{ name: 'Cache', systemWorkflows: { create: { workflow } } }],
  };
  const built = buildPlan(JSON.stringify(plan));
  const found = built.plan?.resources[0]?.systemWorkflows.create;
  if (found === undefined) throw new Error(JSON.stringify(built.problems));
  return found;
}

const manifest = '{apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ inputs.parameters.name }}"}}';

it('says a workflow as a plan spec does, whatever it is made of', () => {
  const workflow: JsonObject = {
    entrypoint: 'main',
    activeDeadlineSeconds: 600,
    settleSeconds: 1,
    arguments: { parameters: [{ name: 'id', value: '{{ $sys.id }}' }] },
    templates: [
      {
        name: 'main',
        inputs: { parameters: [{ name: 'id' }] },
        dag: {
          failFast: false,
          tasks: [
            { name: 'first', template: 'put', arguments: { parameters: [{ name: 'name', value: '{{inputs.parameters.id}}-a' }] } },
            { name: 'second', template: 'put', depends: 'first', arguments: { parameters: [{ name: 'name', value: 'b' }] } },
            { name: 'third', template: 'rest', depends: 'first && second.Succeeded', when: '{{inputs.parameters.id}} != none' },
          ],
        },
      },
      { name: 'rest', steps: [[{ name: 'one', template: 'take' }], [{ name: 'two', template: 'take' }]] },
      {
        name: 'put',
        inputs: { parameters: [{ name: 'name', default: 'x' }] },
        retryStrategy: { limit: 3, retryPolicy: 'OnError', backoff: { duration: '10s', factor: 2, cap: '60s' } },
        activeDeadlineSeconds: 60,
        resource: { action: 'apply', successCondition: 'data.ready == yes', failureCondition: 'data.ready == no', manifest },
      },
      {
        name: 'take',
        inputs: { parameters: [{ name: 'name', default: 'x' }] },
        resource: { action: 'delete', flags: ['--ignore-not-found=true'], manifest },
      },
    ],
  };
  expect(workflowSpec(compiled(workflow))).toEqual(workflow);
});

it('builds to the same again, for the example’s create', () => {
  const example = buildPlan(readFileSync(new URL('../../../../../examples/postgres-operator/spec.yaml', import.meta.url)));
  const create = example.plan?.resources[0]?.systemWorkflows.create;
  if (create === undefined) throw new Error('the example has no create');
  // Without what its plan declares beside the workflow.
  const text = JSON.stringify(workflowSpec(create)).replaceAll(/\{\{ *\$(var|secret)[^}]*\}\}|\$(var|secret)\.\w+/g, 'x');
  const bare = JSON.parse(text) as JsonObject;
  expect(text).toContain('"dependencies":');
  expect(workflowSpec(compiled(bare))).toEqual(bare);
});
