import type { TextPart } from '../expression/text.js';
import { parseExpression } from '../expression/expression-parser.js';
import { randomOfTasks } from '../expression/output.js';
import { placeInside, type ScalarNode } from '../parse/node.js';
import type { Report } from '../parse/report.js';

/** What an output parameter cannot hold, beside what no expression can: Argo's tags, and random values that a task decides. */
export function checkOutputText(report: Report, node: ScalarNode, parts: readonly TextPart[]): void {
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
