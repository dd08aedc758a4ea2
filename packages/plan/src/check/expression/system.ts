import type { Reference } from '../../expression/expression.js';
import type { Place, Report } from '../../parse/report.js';
import { didYouMean, suggest } from '../../schema/suggest.js';
import { matchSystemPath } from '../../system/match.js';
import { needOf } from '../../system/needs.js';
import type { ExpressionScope } from './scope.js';

/** A path of `$sys`: it is in the table, has a value in this workflow and for this resource, and what of a cell it needs. */
export function checkSystem(report: Report, at: Place, reference: Reference, scope: ExpressionScope, isOptional: boolean): void {
  const match = matchSystemPath(reference.path);
  if (!('values' in match)) return sayUnknown(report, at, reference, scope, match);
  const { values } = match;
  const verbs = [...new Set(values.flatMap((value) => value.verbs ?? []))];
  if (values.every((value) => value.verbs !== undefined) && !(scope.verb && verbs.includes(scope.verb))) {
    report.error(at, {
      code: 'wrong-context',
      message: `\`${reference.text}\` is only given in the workflow${verbs.length > 1 ? 's' : ''} ${verbs.join(' and ')}, not in ${scope.where}.`,
      cure: 'Remove it here.',
    });
    return;
  }
  const { compiled } = scope.resource;
  // Nothing of a resource without workflows is evaluated.
  if (compiled.systemWorkflows.create === undefined || isOptional) return;
  if (values.every(({ resource }) => resource === 'terraform')) {
    report.error(at, {
      code: 'wrong-context',
      message: `\`${reference.text}\` is only given to Terraform resources.`,
      cure: 'Keep the token as a secret: $secret.<NAME>.',
    });
    return;
  }
  const machine = values.every(({ path }) => path.startsWith('compute.node.'));
  if (
    machine &&
    reference.root === 'sys' &&
    compiled.instanceTypes.length === 0 &&
    !values.every(({ path }) => path.endsWith('.version'))
  ) {
    report.error(at, {
      code: 'no-value',
      message: `\`${reference.text}\` has no value: resource '${compiled.key}' has no \`compute.instanceTypes\`.`,
      cure: 'Add the types of machines, or take a parameter.',
    });
    return;
  }
  const need = needOf(reference.text, reference.path);
  if (need === undefined || report.problems.some(({ code, systemPath }) => code === NEEDS_FACT && systemPath === need.text)) return;
  report.warning(at, {
    code: NEEDS_FACT,
    systemPath: need.text,
    message: `\`${need.text}\` has a value only in a deployment cell that has the fact ${need.facts.join(', ')}; elsewhere a create is refused.`,
    cure: `Give the cell the fact: \`cellplane deployment-cell facts set\`, or CELLPLANE_CELL_FACTS (docs/system-parameters.md).`,
  });
}

/** Code of the warning; the server leaves it out where a cell has the fact. */
export const NEEDS_FACT = 'needs-cell-fact';

function sayUnknown(
  report: Report,
  at: Place,
  reference: Reference,
  scope: ExpressionScope,
  { unknownAt, known }: { unknownAt: number; known: string[] },
): void {
  const segment = reference.path[unknownAt];
  const key = segment && 'key' in segment ? segment.key : '[]';
  if (unknownAt === 0) {
    report.error(at, {
      code: 'unknown-system-value',
      message: `\`${reference.text}\` is unknown: there is no \`$sys.${key}\`.`,
      cure: didYouMean(key, known, 'See docs/system-parameters.md for the paths of $sys.'),
    });
    return;
  }
  const parent = reference.path.slice(0, unknownAt);
  const name = `$sys${parent.map((step) => ('key' in step ? `.${step.key}` : '[]')).join('')}`;
  const above = matchSystemPath(parent);
  const ofOperation = 'values' in above && above.values.every(({ verbs }) => verbs !== undefined);
  // A slip of the pen, or a place where everything is written down, cannot have a value; else the platform that the plan was written for may know more.
  const isError = ofOperation || scope.tasks !== undefined || known.length === 0 || suggest(key, known) !== undefined;
  const served = scope.resource.compiled.systemWorkflows.create !== undefined;
  report[isError && served ? 'error' : 'warning'](at, {
    code: 'unknown-system-value',
    message: `\`${reference.text}\` is ${isError ? 'unknown' : 'not known to this build, and a create of it is refused'}: ${known.length === 0 ? `there is nothing below \`${name}\`` : `\`${name}\` has ${known.join(', ')}`}.`,
    cure: didYouMean(key, known, 'Check the path.'),
  });
}
