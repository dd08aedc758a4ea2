import { hasValue, textAt } from '../../compile/read-value.js';
import type { ResourceSource } from '../../compile/resource.js';
import { entriesOf, itemsOf, textOf, valueAt } from '../../parse/node.js';
import { keyPlace, type Report } from '../../parse/report.js';
import { didYouMean } from '../../schema/suggest.js';
import { findResource } from '../dependencies.js';
import { orDeclare } from '../expression/expression.js';

/** What ties parameters to other resources, and instance types to parameters or names. */
export function checkParameterLinks(report: Report, resource: ResourceSource, resources: readonly ResourceSource[]): void {
  const keys = resources.map((one) => one.compiled.key);
  for (const parameter of itemsOf(valueAt(resource.node, 'apiParameters'))) {
    const dependent = valueAt(parameter, 'dependentResource');
    if (dependent && !findResource(resources, textOf(dependent) ?? '')) {
      const name = textOf(dependent) ?? '';
      report.error(dependent, {
        code: 'unknown-resource',
        message: `\`dependentResource\` names '${name}', which is no resource of this plan.`,
        cure: didYouMean(name, keys, 'Add the service.'),
      });
    }
    for (const entry of entriesOf(valueAt(parameter, 'parameterDependencyMap'))) {
      const child = findResource(resources, entry.key);
      if (!child) {
        report.error(keyPlace(entry), {
          code: 'unknown-resource',
          message: `\`parameterDependencyMap\` names '${entry.key}', which is no resource of this plan.`,
          cure: didYouMean(entry.key, keys, 'Add the service.'),
        });
        continue;
      }
      const key = textOf(entry.value) ?? '';
      const known = child.compiled.parameters.map((one) => one.key);
      if (known.includes(key)) continue;
      report.error(entry.value, {
        code: 'undeclared-parameter',
        message: `\`parameterDependencyMap\` names the parameter '${key}', which '${child.compiled.key}' does not declare.`,
        cure: orDeclare(key, known),
      });
    }
  }
  for (const type of itemsOf(valueAt(resource.node, 'compute', 'instanceTypes'))) {
    if (hasValue(type, 'apiParam') || hasValue(type, 'name')) continue;
    const cloud = textAt(type, 'cloudProvider', 'all');
    report.error(type, {
      code: 'missing-key',
      message: `The instance type for ${cloud} needs \`apiParam\` or \`name\`.`,
      cure: 'Name a parameter with which the customer chooses, or a fixed type.',
    });
  }
}
