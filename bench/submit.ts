/** Runs of the benchmark's plans, without the domain. */
import { buildPlan, type CompiledWorkflow, type ExpressionValues } from '@cellplane/plan';
import { type OpenDatabase, insertRun, type Sealer } from '@cellplane/server';
import { NAMESPACE, PLANS } from './widget.js';

/** The create workflow of one of the plans. Throws if it does not build. */
export function workflowOf(plan: string): CompiledWorkflow {
  const built = buildPlan(PLANS[plan] ?? '');
  const workflow = built.plan?.resources[0]?.systemWorkflows.create;
  if (workflow === undefined) throw new Error(`the benchmark's plan does not build: ${JSON.stringify(built.problems)}`);
  return workflow;
}

/** Makes a run of a workflow and answers its id. Its objects carry `label`. */
export async function submit(
  { database, sealer }: { database: OpenDatabase; sealer: Sealer },
  { workflow, id, label }: { workflow: CompiledWorkflow; id: string; label: string },
): Promise<string> {
  const run = {
    id: `submit-create-${id}`,
    kind: 'create',
    subject: id,
    orgId: 'org-bench',
    cellId: 'hc-bench',
    namespace: NAMESPACE,
    fieldManager: 'cellplane',
    labels: { 'cellplane.dev/bench': label },
    objectsAreNew: true as const,
    workflow,
    values: valuesOf(workflow, id),
    before: [],
    after: [],
    deadlineSeconds: 600,
    data: {},
  };
  await insertRun({ tx: database.db, sealer }, run);
  return run.id;
}

/** What the domain's expressions evaluate to, without the domain. */
function valuesOf(of: CompiledWorkflow, id: string): ExpressionValues {
  return Object.fromEntries(
    of.expressions.map(({ place, text }) => [
      place,
      text === '$sys.instanceId' ? { value: id, source: text } : { value: 1, type: 'Int32' as const, source: text },
    ]),
  );
}
