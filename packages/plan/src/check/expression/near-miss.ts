/** Expressions that are nearly ones, and would reach the cluster as they stand. */
import { bareRoots, brokenBraces, meantExpression } from '../../expression/near-miss.js';
import type { TextPart } from '../../expression/text.js';
import { placeInside, type ScalarNode } from '../../parse/node.js';
import type { Place, Report } from '../../parse/report.js';
import { suggest } from '../../schema/suggest.js';
import { SYSTEM_VALUES } from '../../system/table.js';
import type { ExpressionScope } from './scope.js';

/** Roots of expressions, beside the resources of the plan. */
export const WORDS = ['sys', 'var', 'secret', 'func', 'tasks'];

/** `{{ sys.id }}`, `{{{ $var.x }}}`. Without the `$` it may be of another template language in a manifest. */
export function checkMeant(report: Report, at: Place, text: string, scope: ExpressionScope, isManifest: boolean): void {
  const meant = meantExpression(text.slice(2, -2).trim());
  if (meant === undefined) return;
  const [root = '', key = ''] = meant.text.slice(1).split(/[.[]/);
  const exists = root !== 'var' || scope.variables.has(key);
  if (isManifest && !meant.certain && !exists) return;
  report[isManifest && !meant.certain ? 'warning' : 'error'](at, {
    code: 'near-miss',
    message: `\`${text}\` is no expression and stays as it is.`,
    cure: `Did you mean \`{{ ${meant.text} }}\`?`,
  });
}

/** What the parsers of workflows say of a text that is no condition, or whose braces stay open. */
const SYNTAX = ['when-syntax', 'when-evaluation', 'gate-syntax', 'unclosed-placeholder'];

/** `{ $var.x }`, `{{ $var.x }`, `${var.x}`: true if one was said. */
export function checkBraces(report: Report, node: ScalarNode, part: TextPart, isManifest: boolean): boolean {
  const broken = brokenBraces(part.text, isManifest);
  if (broken === undefined) return false;
  // What a parser said of the same text is this fault in its own words.
  for (const code of SYNTAX) report.withdraw(code, node.path);
  report.error(placeInside(node, part.offset + broken.offset), {
    code: 'near-miss',
    message: `\`${broken.text.trim()}\` is not replaced and stays as it is: its braces are not those of an expression or a tag.`,
    cure: `Write \`${broken.meant}\`.`,
  });
  return true;
}

/** Roots that people write, and what they are here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  param: 'var',
  params: 'var',
  parameter: 'var',
  parameters: 'var',
  input: 'var',
  inputs: 'var',
  variables: 'var',
};

/** The root that a word is a slip of. */
export function meantRoot(root: string, { resources }: Pick<ExpressionScope, 'resources'>): string | undefined {
  return SYNONYMS[root.toLowerCase()] ?? suggest(root, [...WORDS, ...resources.map((resource) => resource.compiled.key)]);
}

/** `$vars.x` as a whole scalar: true if one was said. */
export function checkBareRoots(
  report: Report,
  node: ScalarNode,
  part: TextPart,
  { parts, scope, isManifest }: { parts: readonly TextPart[]; scope: ExpressionScope; isManifest: boolean },
): boolean {
  if (!isManifest && parts.length > 1) return false;
  let said = false;
  for (const { offset, text, root } of bareRoots(part.text, isManifest)) {
    if (WORDS.includes(root)) continue;
    const meant = meantRoot(root, isManifest ? { resources: [] } : scope);
    if (meant === undefined) continue;
    report.error(placeInside(node, part.offset + offset), {
      code: 'unknown-root',
      message: `\`${text}\` has no known root: \`$${root}\`.`,
      cure: `Did you mean \`$${meant}\`?`,
    });
    said = true;
  }
  return said;
}

/**
 * `reader-$sys.x` outside braces stays as it is, which is hardly meant. `inManifest`: the scope of a manifest, where scripts have
 * variables of their own; only what would have a value is told.
 */
export function checkUnbraced(report: Report, node: ScalarNode, part: TextPart, inManifest: ExpressionScope | undefined): void {
  for (const match of part.text.matchAll(UNBRACED)) {
    const [text, root, key = ''] = match;
    if (inManifest && !(root === 'var' ? inManifest.variables.has(key) : root === 'sys' && SYSTEM_ROOTS.has(key))) continue;
    // In a condition it is what its parser could not read.
    const unread = SYNTAX.filter((code) => report.withdraw(code, node.path)).length > 0;
    report[unread ? 'error' : 'warning'](placeInside(node, part.offset + match.index), {
      code: 'unbraced-expression',
      message: `\`${text}\` stands inside other text without braces and stays as it is.`,
      cure: `Write \`{{ ${text} }}\`.`,
    });
  }
}

const UNBRACED = /(?<![\\$\w])\$(sys|var|secret|func|tasks)\.(\w+)[\w.[\]]*/g;
const SYSTEM_ROOTS = new Set(SYSTEM_VALUES.map(({ path }) => path.split(/[.[]/)[0] ?? ''));
