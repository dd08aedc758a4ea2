import type { PlacedExpression } from '../model.js';
import { evaluateExpression } from './evaluate.js';
import type { ExpressionContext } from './context.js';
import { parseExpression } from './expression-parser.js';
import type { ExpressionValues } from './fragment.js';
import { ExpressionWork, MAX_WORK } from './work.js';

export interface ResolvedExpressions {
  values: ExpressionValues;
  /** What has no value, each once, as `$var.x`, or with the reason in brackets if it is more than that. */
  unresolved: string[];
}

/**
 * Evaluates every platform expression of a run once, when it begins. With anything unresolved the run must fail before
 * its first task: `unresolved workflow input parameters: [$var.x, …]` (docs/reference/plan-language.md#rendering).
 */
export function resolveExpressions(
  expressions: readonly PlacedExpression[],
  context: Omit<ExpressionContext, 'place'>,
): ResolvedExpressions {
  const values: ExpressionValues = {};
  const unresolved = new Set<string>();
  const work = context.work ?? new ExpressionWork();
  for (const { place, text } of expressions) {
    const parsed = parseExpression(text);
    if (!parsed.ok) {
      unresolved.add(`${text} (${parsed.problem.message})`);
      continue;
    }
    const evaluated = evaluateExpression(parsed.value, { ...context, work, place });
    if (evaluated.ok && work.holds(evaluated.value.value)) values[place] = evaluated.value;
    else if (evaluated.ok) unresolved.add(`${text} (all values of the run would have more than ${MAX_WORK} characters)`);
    else unresolved.add(evaluated.problem.code === 'unresolved' ? evaluated.problem.expression : `${text} (${evaluated.problem.message})`);
  }
  return { values, unresolved: [...unresolved] };
}
