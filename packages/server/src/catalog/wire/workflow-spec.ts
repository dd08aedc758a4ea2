/** A compiled workflow in the words of a plan spec again: what the API shows as a definition's `spec` (docs/reference/plan-language.md#workflow-definitions). */
import type { CompiledWorkflow, DagTask, Json, JsonObject, ParameterBinding, RetryStrategy, Template } from '@cellplane/plan';

export function workflowSpec(workflow: CompiledWorkflow): JsonObject {
  return {
    entrypoint: workflow.entrypoint,
    ...given('activeDeadlineSeconds', workflow.activeDeadlineSeconds),
    ...given('settleSeconds', workflow.settleSeconds),
    ...bindings('arguments', workflow.arguments),
    templates: workflow.templates.map(template),
  };
}

function template(of: Template): JsonObject {
  const shared: JsonObject = {
    name: of.name,
    ...(of.inputs.length === 0 ? {} : { inputs: { parameters: of.inputs.map((input) => ({ ...input })) } }),
    ...given('retryStrategy', of.retryStrategy === undefined ? undefined : retries(of.retryStrategy)),
    ...given('activeDeadlineSeconds', of.activeDeadlineSeconds),
  };
  if (of.type === 'steps') return { ...shared, steps: of.groups.map((group) => group.map(task)) };
  if (of.type === 'dag') return { ...shared, dag: { ...(of.failFast ? {} : { failFast: false }), tasks: of.tasks.map(task) } };
  return {
    ...shared,
    ...given('settleSeconds', of.settleSeconds),
    resource: {
      action: of.action,
      ...given('successCondition', of.successCondition),
      ...given('failureCondition', of.failureCondition),
      ...given('mergeStrategy', of.mergeStrategy),
      ...(of.flags.length === 0 ? {} : { flags: of.flags }),
      manifest: of.manifest,
    },
  };
}

function task(of: DagTask): JsonObject {
  return {
    name: of.name,
    template: of.template,
    ...(of.dependencies.length === 0 ? {} : { dependencies: of.dependencies }),
    ...given('depends', of.depends),
    ...given('when', of.when),
    ...bindings('arguments', of.arguments),
    ...given('withItems', of.withItems),
    ...given('withParam', of.withParam),
    ...(of.continueOn === undefined ? {} : { continueOn: { ...of.continueOn } }),
  };
}

function retries({ limit, retryPolicy, backoff }: RetryStrategy): JsonObject {
  if (backoff === undefined) return { ...given('limit', limit), retryPolicy };
  const seconds = (key: string, count: number | undefined) => given(key, count === undefined ? undefined : `${count}s`);
  return {
    ...given('limit', limit),
    retryPolicy,
    backoff: {
      ...seconds('duration', backoff.durationSeconds),
      factor: backoff.factor,
      ...seconds('cap', backoff.capSeconds),
      ...seconds('maxDuration', backoff.maxDurationSeconds),
    },
  };
}

function bindings(key: string, parameters: ParameterBinding[]): JsonObject {
  return parameters.length === 0 ? {} : { [key]: { parameters: parameters.map((parameter) => ({ ...parameter })) } };
}

function given(key: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [key]: value };
}
