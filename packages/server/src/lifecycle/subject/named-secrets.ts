/** Whether anything in a plan or a workflow may ask for a secret of its environment: where nothing does, none is opened. */
import type { CompiledPlan, CompiledWorkflow } from '@cellplane/plan';

/** By the compiled plan or workflow. Plans are shared by all runs of a process (catalog/compiled-plans.ts). */
const known = new WeakMap<object, boolean>();

/** True if the text `$secret` stands anywhere in it, be it in a place that is never evaluated. */
export function namesSecrets(text: CompiledPlan | CompiledWorkflow): boolean {
  const found = known.get(text) ?? JSON.stringify(text).includes('$secret');
  known.set(text, found);
  return found;
}
