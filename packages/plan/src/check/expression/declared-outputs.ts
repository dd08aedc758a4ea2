import type { ResourceSource } from '../../compile/resource.js';
import type { Reference } from '../../expression/expression.js';
import type { SystemVerb } from '../../model.js';
import type { Place, Report } from '../../parse/report.js';
import { didYouMean } from '../../schema/suggest.js';
import type { ExpressionScope } from './scope.js';

/**
 * `$<resource>.out.<name>`: the resource declares the output, in a workflow that has run by then. Resources without workflows
 * (Terraform, charts) have outputs that no plan spec tells.
 */
export function checkOutputReference(
  report: Report,
  at: Place,
  reference: Reference,
  target: ResourceSource,
  scope: ExpressionScope,
): void {
  const [first] = reference.path;
  const key = first !== undefined && 'key' in first ? first.key : '';
  const { compiled } = target;
  if (compiled.systemWorkflows.create === undefined) return;
  const makes = scope.verb === 'create' || scope.verb === 'restore';
  if (target === scope.resource && makes) {
    report.error(at, {
      code: 'no-value',
      message: `\`${reference.text}\` has no value yet: ${scope.where} is what gives '${compiled.key}' its outputs.`,
      cure: 'Use what the output is made of, or read it in a later workflow.',
    });
    return;
  }
  const known = outputsOf(target, ['create', 'modify', 'restore']);
  if (!known.includes(key)) {
    report.error(at, {
      code: 'unknown-output',
      message:
        known.length === 0
          ? `\`${reference.text}\`: resource '${compiled.key}' declares no outputs.`
          : `\`${reference.text}\`: resource '${compiled.key}' has no output '${key}'.`,
      cure: didYouMean(key, known, `Declare it in \`outputParameters\` of its create workflow.`),
    });
    return;
  }
  const making = scope.verb === 'restore' && compiled.systemWorkflows.restore !== undefined ? 'restore' : 'create';
  if (!makes || outputsOf(target, [making]).includes(key)) return;
  report.error(at, {
    code: 'unknown-output',
    message: `\`${reference.text}\` has no value in ${scope.where}: the ${making} workflow of '${compiled.key}' does not give the output '${key}'.`,
    cure: `Declare it in \`outputParameters\` of the ${making} workflow, too.`,
  });
}

/**
 * `$sys.restore.metadata.<name>` and `$sys.snapshot.metadata.<name>`: outputs of the backup. A warning only, for a snapshot of an
 * older version may have what this one's backup does not give.
 */
export function checkMetadata(report: Report, at: Place, reference: Reference, scope: ExpressionScope): void {
  const [, metadata, named] = reference.path;
  if (!metadata || !('key' in metadata) || metadata.key !== 'metadata' || !named || !('key' in named)) return;
  const { backup } = scope.resource.compiled.systemWorkflows;
  if (backup === undefined) return;
  const known = backup.outputs.map(({ name }) => name);
  if (known.includes(named.key)) return;
  report.warning(at, {
    code: 'unknown-output',
    message: `\`${reference.text}\`: the backup workflow of '${scope.resource.compiled.key}' gives no '${named.key}'.`,
    cure: didYouMean(
      named.key,
      known,
      'Declare it in `outputParameters` of the backup; where only snapshots of an older version have it, use $func.default(…, fallback).',
    ),
  });
}

function outputsOf({ compiled }: ResourceSource, verbs: SystemVerb[]): string[] {
  const own = verbs.flatMap((verb) => compiled.systemWorkflows[verb]?.outputs.map(({ name }) => name) ?? []);
  return [...new Set([...own, ...Object.keys(compiled.outputs)])];
}
