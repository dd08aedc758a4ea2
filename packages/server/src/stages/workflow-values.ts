/** What the workflow of a run sees, and what its platform expressions come to: for the run itself, and for what is only looked at before. */
import { type CompiledWorkflow, type ExpressionValues, prepareOutputs, resolveExpressions } from '@cellplane/plan';
import type { Run } from '../engine/model.js';
import { refuseForeignNames } from '../lifecycle/foreign-names.js';
import { expressionsOfStep } from '../lifecycle/operation-input.js';
import { type InstanceDeps, loadContextOfRun, type RunContext, type SubjectOf } from '../lifecycle/run-context.js';
import { unnamedSecrets } from './unnamed-secrets.js';

/** The context of a run, with what the run's operation and step add to what expressions see. */
export async function workflowContextOf(deps: InstanceDeps, run: SubjectOf & Pick<Run, 'workflow'>): Promise<RunContext> {
  const context = await loadContextOfRun(deps, run);
  return { ...context, expressions: await expressionsOfStep(deps, { run, ...context }, context.expressions) };
}

/**
 * The values of all platform expressions of the workflow and its outputs, by place, with the secrets that its run may meet. `missing`: what
 * has no value. `step` does the evaluating, for whoever watches how long it takes.
 * @throws DomainError invalid_state if a value names what is another tenant's; with something missing that is not asked
 */
export async function valuesOfWorkflow(
  deps: InstanceDeps,
  context: RunContext,
  workflow: CompiledWorkflow,
  step: <T>(work: () => T) => T = (work) => work(),
): Promise<{ values: ExpressionValues; missing: string[] }> {
  const { instance, expressions } = context;
  const { values, unresolved } = step(() => resolveExpressions(workflow.expressions, expressions));
  const outputs = step(() => prepareOutputs(workflow.outputs, expressions));
  const missing = [...new Set([...unresolved, ...outputs.unresolved])];
  // Outputs are not sent anywhere: they are looked at where another workflow uses them.
  if (missing.length === 0) await refuseForeignNames(deps, instance, values);
  return { values: { ...unnamedSecrets(deps.sealer, context), ...values, ...outputs.values }, missing };
}
