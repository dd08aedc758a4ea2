import type { ResourceSource } from '../compile/resource.js';
import { readFieldPath } from '../compile/upgrade.js';
import { itemsOf, textOf, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { didYouMean } from '../schema/suggest.js';

/** `operatorCRDConfiguration.upgrade`: the workflow it names can run without being asked anything, its fields can be looked up. */
export function checkUpgrade(report: Report, resource: ResourceSource): void {
  const upgrade = valueAt(resource.node, 'operatorCRDConfiguration', 'upgrade');
  checkVerify(report, resource);
  for (const restart of itemsOf(valueAt(upgrade, 'restarts'))) {
    const kind = valueAt(restart, 'kind');
    const kinds = [...new Set(resource.compiled.kinds.map((use) => use.kind))];
    if (kind && !kinds.includes(textOf(kind) ?? '')) {
      report.warning(kind, {
        code: 'restart-of-unknown-kind',
        message: `No workflow of '${resource.compiled.key}' writes a ${textOf(kind) ?? ''}, so nothing will be told of it.`,
        cure: didYouMean(textOf(kind) ?? '', kinds, `Write one of: ${kinds.join(', ') || 'none'}.`),
      });
    }
    for (const path of itemsOf(valueAt(restart, 'paths'))) {
      if (readFieldPath(textOf(path) ?? '') !== undefined) continue;
      report.error(path, {
        code: 'bad-field-path',
        message: `'${textOf(path) ?? ''}' is no path of fields.`,
        cure: 'Write keys from the root of the object, such as `spec.imageName`, `spec.list[*].image` or `metadata.annotations["example.com/key"]`.',
      });
    }
  }
}

function checkVerify(report: Report, { node, compiled }: ResourceSource): void {
  const verify = valueAt(node, 'operatorCRDConfiguration', 'upgrade', 'verify');
  const verb = textOf(verify);
  if (!verify || verb === undefined) return;
  const workflow = compiled.customWorkflows.find((one) => one.verb.toLowerCase() === verb.toLowerCase());
  if (workflow === undefined) {
    const verbs = compiled.customWorkflows.map((one) => one.verb);
    report.error(verify, {
      code: 'unknown-verify-workflow',
      message: `'${compiled.key}' has no custom workflow '${verb}', so an upgrade could not be verified with it.`,
      cure: didYouMean(verb, verbs, verbs.length === 0 ? 'Add it under `customWorkflows`.' : `Write one of: ${verbs.join(', ')}.`),
    });
    return;
  }
  const asked = workflow.parameters.filter((one) => one.required && one.defaultValue === undefined).map((one) => one.key);
  if (asked.length === 0) return;
  report.error(verify, {
    code: 'verify-needs-parameters',
    message: `The workflow '${verb}' needs ${asked.join(', ')}, and nobody gives ${asked.length === 1 ? 'it' : 'them'} when an upgrade is verified.`,
    cure: 'Give each a `defaultValue`, or do not require it.',
  });
}
