import { resourceKey, looseKey } from '../compile/key.js';
import { hasLegacyFields } from '../compile/legacy.js';
import { MODELS, type PlanSource, rootWorkflowOwner } from '../compile/plan.js';
import { hasKey, truthAt } from '../compile/read-value.js';
import { entriesOf, entryOf, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { keyPlace, type Place, type Report } from '../parse/report.js';
import { reportRepeated } from './repeated.js';

/** The plan as a whole: one deployment model, unique resources, workflows at the root, one default biller. */
export function checkWholePlan(report: Report, { node, resources }: PlanSource): void {
  const models = entriesOf(valueAt(node, 'deployment')).filter((entry) => entry.key in MODELS);
  for (const entry of models.slice(1)) {
    report.error(keyPlace(entry), {
      code: 'several-deployment-models',
      message: `A plan has one deployment model; \`${models[0]?.spelling}\` is given already.`,
      cure: 'Make a plan of its own for each model; they can be built into one product.',
    });
  }
  const name = valueAt(node, 'name');
  if (name && textOf(name)?.trim() === '') {
    report.error(name, { code: 'missing-key', message: 'The plan needs a `name`; this one is empty.', cure: 'Name the plan.' });
  }
  const services = valueAt(node, 'services');
  if (services && itemsOf(services).length === 0 && services.kind === 'list') {
    report.error(keyPlace(entryOf(node, 'services') ?? { key: '', spelling: '', position: services.position, value: services }), {
      code: 'no-services',
      message: '`services` is empty: a plan needs at least one resource.',
      cure: 'Add a service with a name.',
    });
  }
  reportRepeated(report, itemsOf(services), 'name', 'resource', looseKey);
  for (const resource of resources) {
    const name = valueAt(resource.node, 'name');
    if (name && resourceKey(textOf(name) ?? '') === '') {
      report.error(name, {
        code: 'bad-resource-name',
        message: 'A service’s name needs a letter or a digit: the resource’s key is made of it.',
        cure: 'Change the name.',
      });
    }
    checkOlderFields(
      report,
      resource.node,
      resource.workflows.some((workflow) => workflow.node && workflow.compiled.verb === 'create'),
    );
    checkMinimum(report, resource.node, Object.keys(resource.compiled.systemWorkflows), resource.compiled.kind === 'OperatorCRD');
  }
  checkRootWorkflows(report, node);
  checkDefaultBiller(report, node);
}

/** Workflows at the root belong to the only operator resource; the same verb in both places is one too many. */
function checkRootWorkflows(report: Report, node: SpecNode): void {
  for (const key of ['systemWorkflows', 'customWorkflows']) {
    const entry = entryOf(node, key);
    if (!entry || (entriesOf(entry.value).length === 0 && itemsOf(entry.value).length === 0)) continue;
    const owner = rootWorkflowOwner(node);
    if (!owner) {
      report.error(keyPlace(entry), {
        code: 'root-workflows',
        message: `\`${entry.spelling}\` at the root need exactly one operator resource to belong to.`,
        cure: `Move \`${key}\` into the service that it is for.`,
      });
      continue;
    }
    for (const verb of entriesOf(entry.value)) {
      if (!hasKey(valueAt(owner, 'systemWorkflows'), verb.key)) continue;
      report.error(keyPlace(verb), {
        code: 'not-unique',
        message: `The workflow '${verb.key}' is given at the root and in the service.`,
        cure: 'Keep the one in the service.',
      });
    }
  }
}

function checkOlderFields(report: Report, service: SpecNode, hasCreate: boolean): void {
  const operator = valueAt(service, 'operatorCRDConfiguration');
  const at = (key: string): Place => {
    const entry = entryOf(operator, key);
    return entry ? keyPlace(entry) : service;
  };
  if (hasLegacyFields(operator) && hasCreate) {
    report.warning(at(hasKey(operator, 'template') ? 'template' : 'supplementalFiles'), {
      code: 'older-fields-unused',
      message: 'The resource has a create workflow; `template`, `supplementalFiles` and `readinessConditions` are not used.',
      cure: 'Remove them.',
    });
  }
  if (valueAt(operator, 'readinessConditions') && !hasLegacyFields(operator)) {
    report.warning(at('readinessConditions'), {
      code: 'older-fields-unused',
      message: '`readinessConditions` without `template` have no effect.',
      cure: 'Remove them.',
    });
  }
}

function checkMinimum(report: Report, service: SpecNode, verbs: string[], isOperator: boolean): void {
  if (!isOperator || verbs.length === 0 || verbs.includes('create')) return;
  const entry = entryOf(service, 'systemWorkflows') ?? entryOf(service, 'name');
  report.warning(entry ? keyPlace(entry) : service, {
    code: 'no-create',
    message: 'The resource has workflows but no `create`: an instance would be made without any object.',
    cure: 'Add systemWorkflows.create.',
  });
}

function checkDefaultBiller(report: Report, node: SpecNode): void {
  const defaults = itemsOf(valueAt(node, 'billingProviders')).filter((provider) => truthAt(provider, 'isDefault', false));
  for (const provider of defaults.slice(1)) {
    report.error(valueAt(provider, 'isDefault') ?? provider, {
      code: 'several-default-billers',
      message: 'Only one billing provider can be the default.',
      cure: 'Keep `isDefault: true` on one.',
    });
  }
}
