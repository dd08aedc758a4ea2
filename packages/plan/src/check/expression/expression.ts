import { optionalReferences, type Reference, references } from '../../expression/expression.js';
import { parseExpression } from '../../expression/expression-parser.js';
import { tenantParts } from '../../expression/shared-value.js';
import type { TextPart } from '../../expression/text.js';
import { placeInside, type ScalarNode } from '../../parse/node.js';
import type { Place, Report } from '../../parse/report.js';
import { didYouMean } from '../../schema/suggest.js';
import { meantField } from '../../workflow/gate/path-faults.js';
import { checkMetadata, checkOutputReference } from './declared-outputs.js';
import { findResource } from '../dependencies.js';
import { checkSystem } from './system.js';
import { checkBareRoots, checkBraces, checkMeant, checkUnbraced, meantRoot, WORDS } from './near-miss.js';
import type { ExpressionScope } from './scope.js';

/** Checks every placeholder of a text: it parses, and what it names is there. */
export function checkTextParts(
  report: Report,
  node: ScalarNode,
  parts: readonly TextPart[],
  scope: ExpressionScope,
  isManifest = false,
): void {
  for (const part of parts) {
    if (part.type === 'platform') checkExpression(report, placeInside(node, part.expressionOffset), part.expression, scope);
    else if (part.type === 'foreign' && part.resembles === 'platform') checkForeign(report, node, part, scope, isManifest);
    else if (part.type === 'foreign' && CLIENT_FORM.test(part.text))
      checkClientForm(report, placeInside(node, part.offset), part.text, isManifest);
    else if (part.type === 'foreign') checkMeant(report, placeInside(node, part.offset), part.text, scope, isManifest);
    else if (
      part.type === 'text' &&
      !checkBraces(report, node, part, isManifest) &&
      !checkBareRoots(report, node, part, { parts, scope, isManifest })
    )
      checkUnbraced(report, node, part, isManifest ? scope : undefined);
  }
}

/** Forms that the command line tool replaces before it uploads a spec (docs/reference/plan-language.md#forms-that-a-client-replaces). */
const CLIENT_FORM = /^\{\{\s*(?:\$file:|env:)/;

function checkClientForm(report: Report, at: Place, text: string, isManifest: boolean): void {
  report[isManifest ? 'warning' : 'error'](at, {
    code: 'client-form',
    message: `\`${text}\` was not replaced: files and environment variables are filled in by the command line tool, before the spec is uploaded.`,
    cure: 'Build with the `cellplane` command, or write the text itself.',
  });
}

function checkExpression(report: Report, at: Place, text: string, scope: ExpressionScope): void {
  const parsed = parseExpression(text);
  if (!parsed.ok) {
    const { code, message, cure } = parsed.problem;
    report.error(at, { code, message: `${message} (in \`${text}\`)`, cure });
    return;
  }
  const [part] = scope.shared === undefined ? [] : tenantParts(parsed.value);
  if (part !== undefined) {
    report.error(at, {
      code: 'tenant-value-in-shared-chart',
      message: `\`${part.text}\` ${part.why}, and ${scope.shared} is installed once for all instances of the cell.`,
      cure: 'Write a value that is equal for all of them: a literal, `$secret.<NAME>`, `$sys.deploymentCell.<path>`. What differs belongs into the objects of the instance, in its workflows.',
    });
    return;
  }
  const optional = optionalReferences(parsed.value);
  for (const reference of references(parsed.value)) {
    checkReference(report, at, reference, scope, optional.has(reference));
    if (reference.root === 'sys' && !optional.has(reference)) checkMetadata(report, at, reference, scope);
  }
}

function checkReference(report: Report, at: Place, reference: Reference, scope: ExpressionScope, isOptional: boolean): void {
  if (reference.root === 'var') checkVariable(report, at, reference, scope);
  else if (reference.root === 'sys') checkSystem(report, at, reference, scope, isOptional);
  else if (reference.root === 'resource') checkResourceReference(report, at, reference, scope, isOptional);
  else if (reference.root === 'tasks') checkTask(report, at, reference, scope);
}

function firstKey(reference: Reference, index = 0): string | undefined {
  const segment = reference.path[index];
  return segment && 'key' in segment ? segment.key : undefined;
}

function checkVariable(report: Report, at: Place, reference: Reference, scope: ExpressionScope): void {
  const key = firstKey(reference) ?? '';
  if (scope.variables.has(key) || (key === '_crd' && scope.customResource)) return;
  if (key === '_crd') {
    report.error(at, {
      code: 'wrong-context',
      message: `\`${reference.text}\` is only given in \`readinessConditions\` and \`outputParameters\` of operatorCRDConfiguration.`,
      cure: 'Use `$tasks.<task>.resource.<path>` in outputParameters of the workflow.',
    });
    return;
  }
  report.error(at, {
    code: 'undeclared-variable',
    message: `\`$var.${key}\` is not declared: ${scope.where} has no parameter '${key}'.`,
    cure: orDeclare(key, [...scope.variables]),
  });
}

/** What to do about a parameter that is not there. */
export function orDeclare(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, [...new Set(known)], '');
  return meant === '' ? 'Declare it in `apiParameters`.' : `${meant} Or declare it in \`apiParameters\`.`;
}

function checkResourceReference(report: Report, at: Place, reference: Reference, scope: ExpressionScope, isOptional: boolean): void {
  const name = reference.name ?? '';
  const target = findResource(scope.resources, name);
  if (!target) {
    const keys = scope.resources.map((resource) => resource.compiled.key);
    report.error(at, {
      code: 'unknown-root',
      message: `\`${reference.text}\`: there is no resource '${name}' in this plan.`,
      cure: didYouMean(name, [...keys, ...WORDS], 'Check the name.'),
    });
    return;
  }
  if (target !== scope.resource && !scope.reachable.has(target)) {
    report.error(at, {
      code: 'missing-dependency',
      message: `\`${reference.text}\` needs '${target.compiled.key}' in \`dependsOn\` of '${scope.resource.compiled.key}'.`,
      cure: `Add \`dependsOn: [${target.compiled.key}]\`.`,
    });
    return;
  }
  const key = firstKey(reference) ?? '';
  if (reference.scope === 'var' && !target.compiled.parameters.some((parameter) => parameter.key === key)) {
    report.error(at, {
      code: 'undeclared-variable',
      message: `\`${reference.text}\`: resource '${target.compiled.key}' has no parameter '${key}'.`,
      cure: didYouMean(
        key,
        target.compiled.parameters.map((parameter) => parameter.key),
        'Declare it there.',
      ),
    });
  }
  if (reference.scope === 'sys') {
    // What the operation gives (snapshot, restore) belongs to the resource that the workflow is of.
    const { verb: _verb, ...withoutVerb } = scope;
    checkSystem(report, at, reference, withoutVerb, isOptional);
  }
  if (reference.scope === 'out') checkOutputReference(report, at, reference, target, scope);
}

function checkTask(report: Report, at: Place, reference: Reference, scope: ExpressionScope): void {
  const name = reference.name ?? '';
  if (!scope.tasks) {
    report.error(at, {
      code: 'wrong-context',
      message: `\`${reference.text}\`: objects of tasks are only given in \`outputParameters\`.`,
      cure: 'Move it to outputParameters of the workflow.',
    });
    return;
  }
  const task = scope.tasks.get(name);
  if (!task) {
    report.error(at, {
      code: 'unknown-task',
      message: `\`${reference.text}\`: ${scope.where} has no task '${name}'.`,
      cure: didYouMean(name, [...scope.tasks.keys()], 'Name a task of a DAG, not a template.'),
    });
  } else if (task.deleted) {
    report.error(at, {
      code: 'no-object',
      message: `\`${reference.text}\`: the task '${name}' deletes its object, so nothing of it remains to be read.`,
      cure: 'Name a task that applies, patches or gets.',
    });
  } else {
    const field = firstKey(reference) ?? '';
    const meant = meantField(field);
    if (meant === undefined) return;
    report.error(at, {
      code: 'no-value',
      message: `\`${reference.text}\`: no object has a field '${field}'.`,
      cure: `Did you mean \`${meant}\`?`,
    });
  }
}

/** `{{ $x.y }}` with a root that is none of ours: a slip if it is close to one of ours, in a manifest else a Go template's variable. */
function checkForeign(report: Report, node: ScalarNode, part: TextPart, scope: ExpressionScope, isManifest: boolean): void {
  const root = /\$([A-Za-z][\w-]*)/.exec(part.text)?.[1] ?? '';
  const at = placeInside(node, part.offset);
  const keptAsIs = isManifest || scope.chartValues === true;
  if (keptAsIs && isOfTemplates(root, node.source)) return;
  // A variable of a template may be called much like a resource; `$name.out` is hardly one.
  const isResource = /\$[A-Za-z][\w-]*\.(?:out|var|sys)\b/.test(part.text);
  const meant = meantRoot(root, keptAsIs && !isResource ? { resources: [] } : scope);
  if (keptAsIs && meant === undefined) {
    report.warning(at, {
      code: 'unknown-root',
      message: `\`${part.text}\` has no root of the platform and stays as it is.`,
      cure: 'Nothing to do if it is for a template engine of the workload.',
    });
    return;
  }
  report.error(at, {
    code: 'unknown-root',
    message: `\`${part.text}\` has no known root: \`$${root}\`.`,
    cure:
      meant === undefined || WORDS.includes(root)
        ? 'Roots are $sys, $var, $secret, $func and $<resource>.out, .var or .sys.'
        : `Did you mean \`$${meant}\`?`,
  });
}

/** Variables that alerting rules are given, and what the template text itself declares: `$x := …`, `range $i, $e := …`. */
function isOfTemplates(root: string, text: string): boolean {
  if (['labels', 'value', 'values', 'externalLabels', 'externalURL'].includes(root)) return true;
  return [...text.matchAll(/\$(\w+)\s*(?:,\s*\$(\w+)\s*)?:=/g)].some(([, one, other]) => one === root || other === root);
}
