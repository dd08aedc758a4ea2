import type { JsonObject } from '../json.js';
import type { CompiledWorkflow } from '../model.js';
import type { Result } from '../result.js';
import { evaluateExpression, evaluateText } from './evaluate.js';
import { type EvaluationProblem, type ExpressionContext, partPlace } from './context.js';
import { type Call, type Expression, references } from './expression.js';
import { parseExpression } from './expression-parser.js';
import type { ExpressionValues, ResolvedValue } from './fragment.js';
import { placedExpressions } from './text.js';
import { ExpressionWork, MAX_WORK } from './work.js';

/** What an output parameter may refer to: objects of the run's tasks, and the instance where it is given. */
export interface OutputContext extends Partial<Omit<ExpressionContext, 'tasks'>> {
  /** Last object of each task by the author's task name; null = the task ended without an object. */
  tasks: Record<string, JsonObject | null>;
}

/** The place of an output parameter's text. */
export function outputPlace(name: string): string {
  return `outputs.${name}`;
}

/**
 * Evaluates an output parameter such as `$tasks.applycluster.resource.status.image` (docs/reference/plan-language.md#outputs). A path that is missing
 * in the object gives null; lists and objects stay JSON; a task without an object is an error. Everything read from an
 * object is tainted, and secret if it is a Secret's. Literals and other expressions work too: those that name no task where
 * the context is given, or where `known` has what `prepareOutputs` made of them.
 */
export function evaluateOutput(valueText: string, context: OutputContext): Result<ResolvedValue, EvaluationProblem> {
  const none = { sys: {}, parameters: {}, secrets: () => undefined, resources: {}, seed: '', place: 'outputs' };
  return evaluateText(valueText, { ...none, ...context });
}

/**
 * Evaluates what a workflow's outputs say of the instance (`$sys`, `$var`, `$secret`, `$func`, other resources), when its run
 * begins: what has no value fails the run before anything is applied, and nothing of it changes while the run goes on. Of an
 * expression that names tasks, every part without tasks is evaluated; `evaluateOutput` puts it together at the end.
 */
export function prepareOutputs(
  outputs: CompiledWorkflow['outputs'],
  context: Omit<ExpressionContext, 'place' | 'tasks'>,
): { values: ExpressionValues; unresolved: string[] } {
  const values: ExpressionValues = {};
  const unresolved = new Set<string>();
  const work = context.work ?? new ExpressionWork();
  for (const { name, value } of outputs) {
    for (const { place, text } of placedExpressions(value, outputPlace(name))) {
      const parsed = parseExpression(text);
      if (!parsed.ok) {
        unresolved.add(`${text} (${parsed.problem.message})`);
        continue;
      }
      const random = randomOfTasks(parsed.value);
      if (random !== undefined) unresolved.add(`${text} (${random.text} depends on a task, so it could not stay the same)`);
      for (const { part, mayBeMissing } of partsWithoutTasks(parsed.value)) {
        const evaluated = evaluateExpression(part, { ...context, work, place });
        if (evaluated.ok && work.holds(evaluated.value.value)) values[partPlace(place, part)] = evaluated.value;
        else if (evaluated.ok) unresolved.add(`${text} (all values of the run would have more than ${MAX_WORK} characters)`);
        else if (!mayBeMissing) unresolved.add(problemText(text, evaluated.problem));
      }
    }
  }
  return { values, unresolved: [...unresolved] };
}

/** The largest parts of an expression that name no task. What `$func.default` may do without may be missing. */
function partsWithoutTasks(expression: Expression, mayBeMissing = false): { part: Expression; mayBeMissing: boolean }[] {
  if (expression.type === 'literal') return [];
  if (references(expression).every(({ root }) => root !== 'tasks')) return [{ part: expression, mayBeMissing }];
  if (expression.type === 'reference') return [];
  const chooses = mayBeMissing || expression.name === 'default';
  return expression.arguments.flatMap((argument) => partsWithoutTasks(argument, chooses));
}

/**
 * A random value that depends on what a task gave: it is evaluated when the run ends, where the instance's seed is not known.
 */
export function randomOfTasks(expression: Expression): Call | undefined {
  if (expression.type !== 'call' || !references(expression).some(({ root }) => root === 'tasks')) return undefined;
  const ofSeed = expression.name === 'random' || (expression.name === 'randomminmax' && expression.arguments.length < 3);
  return ofSeed ? expression : expression.arguments.map(randomOfTasks).find((call) => call !== undefined);
}

function problemText(text: string, problem: EvaluationProblem): string {
  return problem.code === 'unresolved' ? problem.expression : `${text} (${problem.message})`;
}
