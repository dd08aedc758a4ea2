import type { JsonObject } from '../json.js';
import type { Result } from '../result.js';
import { type EvaluationProblem, evaluateText, type ExpressionContext } from './evaluate.js';
import type { ResolvedValue } from './fragment.js';

/** What an output parameter may refer to: objects of the run's tasks, and the instance where it is given. */
export interface OutputContext extends Partial<Omit<ExpressionContext, 'tasks'>> {
  /** Last object of each task by the author's task name; null = the task ended without an object. */
  tasks: Record<string, JsonObject | null>;
}

/**
 * Evaluates an output parameter such as `$tasks.applycluster.resource.status.image` (plan-spec 2.7). A path that is missing
 * in the object gives null; lists and objects stay JSON; a task without an object is an error. Everything read from an
 * object is tainted, and secret if it is a Secret's. Literals and other expressions work too.
 */
export function evaluateOutput(valueText: string, context: OutputContext): Result<ResolvedValue, EvaluationProblem> {
  const none = { sys: {}, parameters: {}, secrets: () => undefined, resources: {}, seed: '', place: 'outputs' };
  return evaluateText(valueText, { ...none, ...context });
}
