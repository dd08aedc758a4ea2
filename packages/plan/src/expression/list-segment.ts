import { type Cursor, fail } from '../workflow/gate/cursor.js';
import type { PatternBudget } from '../pattern/budget.js';
import { lookUp } from '../workflow/gate/path.js';
import { PathReader } from '../workflow/gate/path-reader.js';
import type { Json } from '../json.js';
import type { ListSegment } from './expression.js';

/**
 * Reads the part of a path that looks into a list, with the reader of gates, so that both read the same: `#(type=="Ready")`,
 * `#(…)#`, `#`, `[?(@.type=="Ready")]`, `[type=Ready]`. Throws a GateFault.
 */
export function readListSegment(text: string, at: number): { segment: ListSegment; end: number } {
  // The whole text is the author's own: an expression holds no placeholders.
  const cursor: Cursor = { neutral: { text, placeholders: [], offsets: [] }, text, at };
  const segment = new PathReader(cursor, undefined).segment();
  if (segment.kind === 'key' || segment.kind === 'index')
    throw fail({ code: 'gate-path', offset: at, message: 'This is no filter', cure: 'Write for example #(type=="Ready").' });
  return { segment, end: cursor.at };
}

/** Elements of a list that a segment chooses. `many`: the rest of the path is read in each of them. Undefined if it is no list. */
export function chosen(
  value: Json,
  segment: Exclude<ListSegment, { kind: 'count' }>,
  patterns: PatternBudget,
): { elements: Json[]; many: boolean } | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = lookUp(value, { source: [''], segments: [segment] }, patterns);
  return { elements: found.values, many: found.many };
}
