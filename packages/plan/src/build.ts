import { checkPlan } from './check/plan.js';
import { storedKeys } from './check/stored-keys.js';
import { compilePlan } from './compile/plan.js';
import type { CompiledPlan } from './model.js';
import { parseDocument } from './parse/document.js';
import { byPosition, createReport } from './parse/report.js';
import type { Note, Problem } from './problem.js';
import { PLAN_SHAPE } from './schema/plan.js';
import { readShape } from './schema/read.js';

/** Problems in one answer at most; when there are more, the last entry says so. */
export const MAX_PROBLEMS = 1000;

export interface BuildResult {
  /** In the order of their positions. */
  problems: Problem[];
  /** Keys in use that are stored and change nothing, in the order of their first places. */
  notes: Note[];
  /** Present only if no problem is an error. */
  plan?: CompiledPlan;
}

/**
 * Builds a plan spec: text → tree with positions → all problems at once → compiled plan. Never throws for any input. The
 * same spec, also with anchors written out or keys in another letter case, gives an equal plan.
 */
export function buildPlan(spec: string | Uint8Array): BuildResult {
  const report = createReport();
  const document = parseDocument(spec, report);
  const tree = document && readShape(report, document.root, PLAN_SHAPE);
  if (!document || !tree) return { problems: finish(report.problems), notes: [] };
  const source = compilePlan(tree);
  checkPlan(report, source);
  const problems = finish(report.problems);
  const notes = storedKeys(tree);
  return problems.some((problem) => problem.severity === 'error') ? { problems, notes } : { problems, notes, plan: source.plan };
}

function finish(found: Problem[]): Problem[] {
  const problems = found.toSorted(byPosition);
  if (problems.length <= MAX_PROBLEMS) return problems;
  const shown = problems.slice(0, MAX_PROBLEMS);
  const last = shown.at(-1);
  const anyError = problems.some((problem) => problem.severity === 'error');
  shown.push({
    severity: anyError ? 'error' : 'warning',
    code: 'more-problems',
    path: '',
    position: last?.position ?? { line: 1, column: 1 },
    message: `There are more problems than the ${MAX_PROBLEMS} shown.`,
    cure: 'Correct these first, then build again.',
  });
  return shown;
}
