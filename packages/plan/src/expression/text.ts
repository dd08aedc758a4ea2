import type { PlacedExpression } from '../model.js';
import { bareLines, bareScalar } from './bare-expression.js';
import { remember } from './bounded-cache.js';
import { TagEnds } from './tag-ends.js';

/** What all parts of a template text carry: their source, and where it begins (UTF-16 code units from the start of the text). */
interface Located {
  text: string;
  offset: number;
}

/** What can be asked of a task that has ended. */
export type ResultField = 'status' | 'startedAt' | 'finishedAt';

/**
 * A piece of a template text.
 * - `text`: literal, shell's `${X}` and lone braces included.
 * - `platform`: `{{ $root.path }}`, or `$root.path` without braces where it is the whole scalar (`bare`). `expression` is
 *   trimmed; `index` is its n in `place#n`; `expressionOffset` is where it begins in the text.
 * - `input`, `workflowParameter`, `workflowName`, `item`: Argo's tags that we resolve. `item.a.b` has the path `['a', 'b']`.
 * - `result`: what a task of the same template came to: `tasks.a.status` in a DAG, `steps.a.status` in steps.
 * - `foreign`: any other `{{ … }}`; it stays as it is, byte for byte. `resembles` tells the build what its author may have
 *   meant: `platform` for an unknown `$root.path`, `argo` for an Argo tag or `{{= }}` that we don't resolve.
 */
export type TextPart =
  | (Located & { type: 'text' })
  | (Located & { type: 'platform'; expression: string; index: number; expressionOffset: number; bare: boolean })
  | (Located & { type: 'input'; name: string })
  | (Located & { type: 'workflowParameter'; name: string })
  | (Located & { type: 'workflowName' })
  | (Located & { type: 'item'; path: string[] })
  | (Located & { type: 'result'; of: 'tasks' | 'steps'; task: string; field: ResultField })
  | (Located & { type: 'foreign'; resembles?: 'platform' | 'argo' });

/** `$name.out|var|sys` is a resource's; other `$name`s are left to Go templates (`{{ $labels.pod }}` of an alert). */
const PLATFORM_START = /^\$(?:(?:sys|var|secret|func|tasks)(?=[.[\s]|$)|[A-Za-z][\w-]{0,252}\.(?:out|var|sys)(?=[.[\s]|$))/;
/** `{{pod}}` alone is no tag of Argo's: legends of dashboards are written so. */
const ARGO_ROOT = /^(?:=|(?:item|retries)(?![\w-])|(?:inputs|workflow|tasks|steps|outputs|node|pod|lastRetry)\s*[.[])/;

/** Parts of a template text, in order, covering it without gaps. Cached; don't change the result. */
export const parseText: (text: string) => readonly TextPart[] = remember(4000, (text) => {
  const bare = bareScalar(text);
  if (bare !== undefined) {
    const expressionOffset = text.indexOf('$');
    return [{ type: 'platform', text, offset: 0, expression: bare, index: 0, expressionOffset, bare: true }];
  }
  return scan(text);
});

/**
 * Parts of a manifest: as `parseText`, but it is a document and not one scalar, so bare expressions are looked for line by
 * line (`region: $sys.deploymentCell.region`). They are numbered after all braced ones, whose numbers are therefore the
 * same as with `parseText`. A bare one that turns out to lie in a block scalar stays text when rendered. Cached.
 */
export const parseManifestText: (text: string) => readonly TextPart[] = remember(1000, (text) => {
  const braced = scan(text);
  if (!text.includes('$')) return braced;
  const bare = bareLines(text);
  return bare.length === 0 ? braced : withBare(braced, bare);
});

/**
 * The platform expressions of a text with their places, as `CompiledWorkflow.expressions` lists them.
 * `kind` is `manifest` for a resource template's manifest and `scalar` for everything else.
 */
export function placedExpressions(text: string, place: string, kind: 'scalar' | 'manifest' = 'scalar'): PlacedExpression[] {
  const placed: PlacedExpression[] = [];
  for (const part of kind === 'manifest' ? parseManifestText(text) : parseText(text)) {
    if (part.type === 'platform') placed[part.index] = { place: `${place}#${part.index}`, text: part.expression };
  }
  return placed;
}

/**
 * Tags as Argo 3.7 finds them (left to right, an inner `{{` before the end wins, an unclosed `{{` is text here), with two
 * differences: quoted strings of a platform expression may hold braces, and Go's raw strings (two braces and a backtick)
 * are skipped whole.
 */
function scan(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let literalFrom = 0;
  let index = 0;
  const add = (part: TextPart): void => {
    if (part.offset > literalFrom) parts.push({ type: 'text', text: text.slice(literalFrom, part.offset), offset: literalFrom });
    parts.push(part);
    literalFrom = part.offset + part.text.length;
  };
  const ends = new TagEnds(text, PLATFORM_START);
  let at = text.indexOf('{{');
  while (at !== -1) {
    const end = ends.of(at);
    if (end === -1) {
      at = text.indexOf('{{', at + 2);
      continue;
    }
    const part = readTag(text.slice(at, end), at, index);
    if (part.type === 'platform') index += 1;
    add(part);
    at = text.indexOf('{{', end);
  }
  if (literalFrom < text.length) parts.push({ type: 'text', text: text.slice(literalFrom), offset: literalFrom });
  return parts;
}

function readTag(text: string, offset: number, index: number): TextPart {
  const inside = text.slice(2, -2);
  const content = inside.trim();
  if (PLATFORM_START.test(content)) {
    const expressionOffset = offset + 2 + (inside.length - inside.trimStart().length);
    return { type: 'platform', text, offset, expression: content, index, expressionOffset, bare: false };
  }
  const parameter = /^(inputs|workflow)\.parameters\.([A-Za-z0-9_-]+)$/.exec(content);
  if (parameter?.[2] !== undefined) {
    return { type: parameter[1] === 'inputs' ? 'input' : 'workflowParameter', text, offset, name: parameter[2] };
  }
  const result = /^(tasks|steps)\.([\w-]+)\.(status|startedAt|finishedAt)$/.exec(content);
  if (result?.[2] !== undefined)
    return { type: 'result', text, offset, of: result[1] as 'tasks' | 'steps', task: result[2], field: result[3] as ResultField };
  if (content === 'workflow.name') return { type: 'workflowName', text, offset };
  if (/^item(?:\.[\w-]+)*$/.test(content)) return { type: 'item', text, offset, path: content.split('.').slice(1) };
  if (/^\$[A-Za-z][\w-]*[.[]/.test(content)) return { type: 'foreign', text, offset, resembles: 'platform' };
  if (ARGO_ROOT.test(content)) return { type: 'foreign', text, offset, resembles: 'argo' };
  return { type: 'foreign', text, offset };
}

/** Cuts bare expressions out of the literal parts. */
function withBare(braced: TextPart[], bare: { expression: string; offset: number }[]): TextPart[] {
  let index = braced.filter((part) => part.type === 'platform').length;
  let next = 0;
  const parts: TextPart[] = [];
  for (const part of braced) {
    if (part.type !== 'text') {
      parts.push(part);
      continue;
    }
    const end = part.offset + part.text.length;
    let from = part.offset;
    const literal = (to: number): void => {
      if (to > from) parts.push({ type: 'text', text: part.text.slice(from - part.offset, to - part.offset), offset: from });
    };
    for (; next < bare.length && (bare[next]?.offset ?? 0) < end; next += 1) {
      const { expression = '', offset = 0 } = bare[next] ?? {};
      if (offset < from || offset + expression.length > end) continue;
      literal(offset);
      parts.push({ type: 'platform', text: expression, offset, expression, index, expressionOffset: offset, bare: true });
      index += 1;
      from = offset + expression.length;
    }
    literal(end);
  }
  return parts;
}
