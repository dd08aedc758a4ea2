import { type SpecNode, textOf, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';

/** Reports every later item of a list whose text under `key` was there before. `normal` says what counts as equal. */
export function reportRepeated(
  report: Report,
  items: readonly SpecNode[],
  key: string,
  what: string,
  normal: (text: string) => string = (text) => text,
): void {
  const first = new Map<string, SpecNode>();
  for (const item of items) {
    const node = valueAt(item, key);
    const text = textOf(node);
    if (!node || text === undefined) continue;
    const before = first.get(normal(text));
    if (!before) {
      first.set(normal(text), node);
      continue;
    }
    report.error(node, {
      code: 'not-unique',
      message: `The ${what} '${text}' is not unique: it is also at line ${before.position.line}.`,
      cure: 'Give each its own.',
    });
  }
}
