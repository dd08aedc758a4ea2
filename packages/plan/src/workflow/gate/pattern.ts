/** Patterns of `=~` in gates and in filters of their paths. */
import type { PatternBudget } from '../../pattern/budget.js';
import { patternFault } from '../../pattern/read-pattern.js';
import { fail } from './cursor.js';
import type { GateOperand } from './model.js';
import { hasPlaceholder } from '../word.js';

/** Throws a GateFault if the right side of `=~` is no pattern, or a placeholder in it has no quotes around it. Without a budget it is read, and not compiled. */
export function checkPattern(operand: GateOperand | undefined, offset: number, patterns: PatternBudget | undefined): void {
  if (operand?.kind !== 'text')
    throw fail({ code: 'gate-pattern', offset, message: '=~ takes a regular expression on its right', cure: 'Write it in quotes.' });
  if (hasPlaceholder(operand.word) && !operand.quoted) {
    throw fail({
      code: 'gate-pattern',
      offset,
      message: 'A placeholder in a regular expression must be in quotes',
      cure: 'Put the whole expression in quotes; the value is matched literally.',
    });
  }
  const source = operand.word.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  const pattern = patterns?.javascript(source);
  const fault = pattern === undefined ? patternFault(source, 'javascript') : pattern.ok ? undefined : pattern.problem;
  if (fault === undefined) return;
  const { message, cure } = fault;
  throw fail({ code: 'gate-pattern', offset, message: `The pattern '${source}' ${message}`, cure });
}
