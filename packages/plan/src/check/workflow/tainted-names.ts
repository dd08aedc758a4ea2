import { isAlwaysTainted } from '../../expression/always-tainted.js';
import { parseExpression } from '../../expression/expression-parser.js';
import { inspectManifest } from '../../expression/manifest/manifest.js';
import { formatPath } from '../../expression/manifest/instance.js';
import { rangeOfValue } from '../../expression/manifest/range.js';
import { namedAt } from '../../expression/manifest/naming-fields.js';
import { parseText } from '../../expression/text.js';
import type { Json } from '../../json.js';
import type { CompiledWorkflow, DagTask, ResourceTemplate, Template } from '../../model.js';
import { itemsOf, placeInside, type SpecNode, textOf, valueAt } from '../../parse/node.js';
import type { Report } from '../../parse/report.js';
import type { WorkflowSource } from '../../compile/workflow.js';

/**
 * The taint rule as far as it can be told from a spec: a manifest that would name a secret, credentials, an account or a namespace
 * with a value that is always read from an object of the tenant is refused by every run. What depends on the run is looked at there.
 */
export function checkTaintedNames(report: Report, { compiled, node }: WorkflowSource): void {
  if (node === undefined) return;
  const isTainted = taintOf(compiled);
  for (const template of compiled.templates) {
    if (template.type !== 'resource') continue;
    const found = inspectManifest(template.manifest);
    if (!found.ok) continue;
    for (const { path, text } of textsOf(found.value.object)) {
      const named = namedAt(formatPath(path), template.kind);
      if (named === undefined || !isTainted(text, template.name)) continue;
      report.error(placeOf(node, template, path), {
        code: 'tainted-identifier',
        message: `\`${formatPath(path)}\` in the manifest of '${template.name}' would name ${named} with a value read from an object that the tenant can change.`,
        cure: 'Use a value of the platform (`$sys.…`), a text of the plan or a parameter there.',
      });
    }
  }
}

interface Call {
  from: string;
  task: DagTask;
}

/** Whether a text of a template holds such a value on every way to it. */
function taintOf(workflow: CompiledWorkflow): (text: string, template: string) => boolean {
  const calls = new Map<string, Call[]>();
  for (const template of workflow.templates)
    for (const task of tasksOf(template)) calls.set(task.template, [...(calls.get(task.template) ?? []), { from: template.name, task }]);
  const known = new Map<string, boolean>();
  const argument = (name: string): boolean => {
    const value = workflow.arguments.find((one) => one.name === name)?.value;
    return value !== undefined && text(value, undefined);
  };
  const input = (template: string, name: string): boolean => {
    const key = `${template}\n${name}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    // A template that calls itself adds no way in.
    known.set(key, false);
    const callers = calls.get(template) ?? [];
    const isEntry = template === workflow.entrypoint;
    const all =
      callers.every(({ from, task }) => {
        const given = task.arguments.find((one) => one.name === name)?.value;
        return given !== undefined && text(given, from);
      }) && (isEntry ? argument(name) : callers.length > 0);
    known.set(key, all);
    return all;
  };
  const text = (value: string, template: string | undefined): boolean =>
    parseText(value).some((part) => {
      if (part.type === 'input') return template !== undefined && input(template, part.name);
      if (part.type === 'workflowParameter') return argument(part.name);
      if (part.type !== 'platform') return false;
      const parsed = parseExpression(part.expression);
      return parsed.ok && isAlwaysTainted(parsed.value);
    });
  return text;
}

function tasksOf(template: Template): DagTask[] {
  if (template.type === 'dag') return template.tasks;
  return template.type === 'steps' ? template.groups.flat() : [];
}

interface Found {
  path: (string | number)[];
  text: string;
}

function textsOf(value: Json, path: (string | number)[] = []): Found[] {
  if (typeof value === 'string') return value.includes('{{') || value.startsWith('$') ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, index]));
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
}

function placeOf(workflow: SpecNode, template: ResourceTemplate, path: (string | number)[]) {
  const node = itemsOf(valueAt(workflow, 'workflow', 'templates')).find((one) => textOf(valueAt(one, 'name')) === template.name);
  const manifest = valueAt(node, 'resource', 'manifest');
  if (manifest?.kind !== 'scalar') return manifest ?? node ?? workflow;
  const range = rangeOfValue(manifest.source, path.map(String));
  return range ? placeInside(manifest, range[0]) : manifest;
}
