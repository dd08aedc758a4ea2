/** What a plan asks of the deployment cell: paths of `$sys` that only some cells can fill. */
import { optionalReferences, type PathSegment, references } from '../expression/expression.js';
import { parseExpression } from '../expression/expression-parser.js';
import { parseText } from '../expression/text.js';
import type { Json } from '../json.js';
import type { CompiledResource, CompiledWorkflow } from '../model.js';
import { matchSystemPath } from './match.js';

export interface SystemNeed {
  /** As written: `$sys.deploymentCell.cidrRange`. */
  text: string;
  path: readonly PathSegment[];
  /** The facts that fill it; none: no cell does, for the path is unknown. */
  facts: string[];
}

/** Needs of a workflow of the resource, and of what the resource has beside its workflows (charts, endpoints). Each once. */
export function systemNeeds(resource: CompiledResource, workflows: readonly CompiledWorkflow[]): SystemNeed[] {
  const texts: string[] = [];
  for (const { expressions, outputs } of workflows) {
    texts.push(...expressions.map(({ text }) => text));
    texts.push(...outputs.flatMap(({ value }) => expressionsIn(value)));
  }
  for (const { host, portExpressions } of resource.endpoints) texts.push(...[host, ...portExpressions].flatMap(expressionsIn));
  texts.push(...textsIn(resource.charts as unknown as Json).flatMap(expressionsIn));
  texts.push(...Object.values(resource.outputs).flatMap(expressionsIn));
  const needs = new Map<string, SystemNeed>();
  for (const text of texts) for (const need of needsOf(text)) needs.set(need.text, need);
  return [...needs.values()];
}

/** What one expression needs; `$func.default` needs none of what it tries. */
function needsOf(text: string): SystemNeed[] {
  const parsed = parseExpression(text);
  if (!parsed.ok) return [];
  const optional = optionalReferences(parsed.value);
  return references(parsed.value).flatMap((reference) => {
    const isSystem = reference.root === 'sys' || (reference.root === 'resource' && reference.scope === 'sys');
    return isSystem && !optional.has(reference) ? (needOf(reference.text, reference.path) ?? []) : [];
  });
}

/** Undefined for what every cell can fill. */
export function needOf(text: string, path: readonly PathSegment[]): SystemNeed | undefined {
  const match = matchSystemPath(path);
  if (!('values' in match)) return { text, path, facts: [] };
  const facts = match.values.flatMap(({ fact }) => fact ?? []);
  // A map that holds more than facts is there in any case.
  return facts.length > 0 && facts.length === match.values.length ? { text, path, facts } : undefined;
}

function expressionsIn(text: string): string[] {
  return parseText(text.replace(/^"(\$[^"]*)"$/, '$1')).flatMap((part) => (part.type === 'platform' ? [part.expression] : []));
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
