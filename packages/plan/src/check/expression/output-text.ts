import type { TextPart } from '../../expression/text.js';
import { parseExpression } from '../../expression/expression-parser.js';
import { randomOfTasks } from '../../expression/output.js';
import { placeInside, type ScalarNode } from '../../parse/node.js';
import type { Report } from '../../parse/report.js';

/** What an output parameter cannot hold, beside what no expression can: Argo's tags, and random values that a task decides. */
export function checkOutputText(report: Report, node: ScalarNode, parts: readonly TextPart[]): void {
  const [only] = parts;
  if (only?.type === 'text' && parts.length === 1) checkPlainText(report, node, only.text.trim());
  for (const part of parts) {
    if (part.type === 'platform') {
      const parsed = parseExpression(part.expression);
      const random = parsed.ok ? randomOfTasks(parsed.value) : undefined;
      if (random === undefined) continue;
      report.error(placeInside(node, part.expressionOffset), {
        code: 'no-value',
        message: `\`${random.text}\` would depend on what a task gives, so it could not stay the same for the life of the instance.`,
        cure: 'Give it arguments without $tasks.',
      });
    } else if (part.type !== 'text' && !(part.type === 'foreign' && part.resembles !== 'argo')) {
      report.error(placeInside(node, part.offset), {
        code: 'wrong-context',
        message: `\`${part.text}\` is not read in \`outputParameters\` and would be shown as it is written.`,
        cure: 'Use $tasks.<task>.resource.<path>, $var, $sys, $secret, $func or $<resource>.out.',
      });
    }
  }
}

/** An output that begins as an expression and is none would be shown as it is written. */
function checkPlainText(report: Report, node: ScalarNode, text: string): void {
  if (report.problems.some(({ code, path }) => path === node.path && (code === 'unknown-root' || code === 'near-miss'))) return;
  if (/^tasks\.[\w-]+\.resource\b/.test(text)) {
    report.error(node, {
      code: 'near-miss',
      message: `\`${text}\` is no expression and would be shown as it is written.`,
      cure: `Did you mean \`$${text}\`?`,
    });
  } else if (/^\$[A-Za-z][\w-]*\.[A-Za-z_]\S*$/.test(text) || text.startsWith('$tasks.')) {
    report.withdraw('unbraced-expression', node.path);
    report.error(node, {
      code: 'unbraced-expression',
      message: `\`${text}\` begins as an expression, is none, and would be shown as it is written.`,
      cure: 'Roots are $tasks, $var, $sys, $secret, $func and $<resource>.out; close the brackets and quotes of a filter, and write {{ }} around an expression that has text behind it.',
    });
  }
}
