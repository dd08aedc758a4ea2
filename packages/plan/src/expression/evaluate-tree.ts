import type { Json } from '../json.js';
import { failed, ok, type Result } from '../result.js';
import { evaluateText } from './evaluate.js';
import type { EvaluationProblem, ExpressionContext } from './context.js';
import { formatPath } from './manifest/instance.js';
import { parseText } from './text.js';
import { valueText } from './value-text.js';
import { ExpressionWork } from './work.js';

export interface EvaluatedTree {
  value: Json;
  /** Paths of texts that hold a secret, as `postgres.password`. */
  secretPaths: string[];
}

/**
 * Evaluates every text of a tree, such as a chart's values: whole expressions keep their type, embedded ones are text. An
 * expression inside literal quotes (`"\"$sys.deploymentCell.region\""` in YAML) is forced to be text (docs/reference/plan-language.md#forced-text).
 * `context.place` is the place of the tree; each text has its path after it. All problems are returned, not the first.
 */
export function evaluateTree(tree: Json, context: ExpressionContext): Result<EvaluatedTree, EvaluationProblem[]> {
  const secretPaths: string[] = [];
  const problems: EvaluationProblem[] = [];
  const work = context.work ?? new ExpressionWork();
  const visit = (node: Json, path: (string | number)[]): Json => {
    if (typeof node === 'string') {
      const forced = /^"([^"]*)"$/.exec(node)?.[1];
      const isForced = forced !== undefined && parseText(forced).length === 1 && parseText(forced)[0]?.type === 'platform';
      const where = formatPath(path);
      const evaluated = evaluateText(isForced ? forced : node, { ...context, work, place: `${context.place}.${where}` });
      if (!evaluated.ok) {
        problems.push(evaluated.problem);
        return null;
      }
      if (evaluated.value.secret === true) secretPaths.push(where);
      return isForced ? valueText(evaluated.value.value) : evaluated.value.value;
    }
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries<Json>(Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  const value = visit(tree, []);
  return problems.length > 0 ? failed(problems) : ok({ value, secretPaths });
}
