import type { PlanSource } from '../../compile/plan.js';
import { parseText, type TextPart } from '../../expression/text.js';
import { entriesOf, itemsOf, type SpecNode } from '../../parse/node.js';
import { keyPlace, type Place, type Report } from '../../parse/report.js';
import { PLAN_SHAPE } from '../../schema/plan.js';
import type { Field, Shape } from '../../schema/shape.js';

/**
 * Expressions in keys that are read as they stand. What is only stored is left alone, since nothing is done with it; bodies of
 * workflows are judged with their structure, where every text has a rule of its own.
 */
export function checkLiteralFields(report: Report, { node }: PlanSource): void {
  visitShape(report, node, PLAN_SHAPE, undefined);
}

/** Words for people are shown as they are; `{{ … }}` in them is odd, and harms nothing. */
const FOR_PEOPLE = new Set(['description', 'displayName']);

interface KeyOf {
  key: string;
  field: Field;
}

function visitShape(report: Report, node: SpecNode, shape: Shape, at: KeyOf | undefined): void {
  if (node.kind === 'scalar') {
    if (at !== undefined && typeof node.value === 'string') say(report, node, node.source, at);
    return;
  }
  switch (shape.type) {
    case 'map':
      for (const entry of entriesOf(node)) {
        const field = shape.fields[entry.key];
        if (field === undefined || field.support !== 'acted on' || field.expressions === true || entry.key === 'workflow') continue;
        visitShape(report, entry.value, field.shape, { key: entry.key, field });
      }
      return;
    case 'dictionary':
      for (const entry of entriesOf(node)) {
        if (at !== undefined) say(report, keyPlace(entry), entry.key, at);
        visitShape(report, entry.value, shape.values, at);
      }
      return;
    case 'list':
      for (const item of itemsOf(node)) visitShape(report, item, shape.items, at);
      return;
    default:
      return;
  }
}

function say(report: Report, place: Place, text: string, { key }: KeyOf): void {
  const found = expressionIn(text, key);
  if (found === undefined || report.problems.some((problem) => problem.severity === 'error' && problem.path === place.path)) return;
  // A default is held against the pattern and the choices as they are written.
  if (CHECKED_AGAINST.has(key)) report.withdraw('bad-default', place.path.replace(new RegExp(`\\.${key}\\b.*$`, 'i'), '.defaultValue'));
  report[FOR_PEOPLE.has(key) ? 'warning' : 'error'](place, {
    code: 'expression-not-read',
    message: `\`${found}\` stands in \`${key}\`, which is read as it stands: nothing replaces it.`,
    cure: CURES[key] ?? parameterCure(key, found) ?? 'Write the value itself.',
  });
}

const CHECKED_AGAINST = new Set(['regex', 'options', 'labeledOptions']);

/** `apiParam: "{{ $var.size }}"`: the field takes the key of a parameter. */
function parameterCure(key: string, found: string): string | undefined {
  const parameter = /\$var\.([\w-]+)/.exec(found)?.[1];
  return parameter === undefined || !/apiparam$/i.test(key) ? undefined : `Write the key of the parameter: \`${parameter}\`.`;
}

const SHARED = 'Write the value itself: the release is shared by all instances of the cell.';
const CURES: Readonly<Record<string, string>> = {
  defaultValue:
    'Write the default itself. A value made of others belongs where it is used: `{{ $func.default($var.key, …) }}` in the arguments of a workflow.',
  options: 'Write the allowed values themselves.',
  labeledOptions: 'Write the allowed values themselves.',
  regex: 'Write the pattern itself.',
  chartName: SHARED,
  chartVersion: SHARED,
  chartRepoName: SHARED,
  chartRepoURL: SHARED,
  releaseName: SHARED,
  namespace: `${SHARED} Without \`namespace\` it lies in one of the platform.`,
  replicaCount: 'Write a number; a parameter with the number is named by `replicaCountAPIParam`.',
  minReplicas: 'Write a number.',
  maxReplicas: 'Write a number.',
};

/** True if the text holds an expression of the platform, or a tag of a workflow. */
export function holdsExpression(text: string): boolean {
  return expressionIn(text, '') !== undefined;
}

/** The first expression; in values that a customer gets as a default or a choice, tags of workflows may be the product's own. */
function expressionIn(text: string, key: string): string | undefined {
  return parseText(text)
    .find((part) => isExpression(part, key))
    ?.text.trim();
}

const PRODUCT_TEXTS = new Set(['defaultValue', 'options', 'labeledOptions', 'regex', 'description', 'displayName']);

function isExpression(part: TextPart, key: string): boolean {
  switch (part.type) {
    case 'platform':
    case 'input':
    case 'workflowParameter':
      return true;
    case 'workflowName':
    case 'item':
    case 'result':
      return !PRODUCT_TEXTS.has(key);
    case 'foreign':
      return part.resembles !== undefined && !PRODUCT_TEXTS.has(key);
    case 'text':
      return false;
  }
}
