import { MODELS, type PlanSource } from '../compile/plan.js';
import { explainUnserved, type Unserved, unservedOf } from '../compile/served.js';
import { entriesOf, entryOf, type SpecNode, valueAt } from '../parse/node.js';
import { keyPlace, type Place, type Report } from '../parse/report.js';

/** Blocks that say what a resource is made of, the most telling first. */
const BLOCKS = [
  'helmChartConfiguration',
  'terraformConfigurations',
  'kustomizeConfiguration',
  'jobResourceConfiguration',
  'operatorCRDConfiguration',
  'systemWorkflows',
  'image',
  'name',
];

/** What of the plan is not served here: it can be built, and no instance of it can be made. */
export function checkServed(report: Report, { node, plan, resources }: PlanSource): void {
  for (const unserved of unservedOf(plan)) {
    const source = resources.find((resource) => resource.compiled.key === unserved.resource);
    report.warning(source ? placeOfResource(source.node) : placeOfModel(node), {
      code: unserved.code,
      message: explainUnserved(unserved),
      cure: cureOf(unserved),
    });
  }
}

function cureOf({ resource, reachable }: Unserved): string {
  if (!reachable) return 'Leave it out.';
  const way = resource === undefined ? 'Use `hostedDeployment`.' : 'Make it with a workflow (`systemWorkflows.create`), or leave it out.';
  return `${way} A release as preferred is refused without \`--allow-unserved\`.`;
}

function placeOfResource(service: SpecNode): Place {
  const entry = BLOCKS.map((block) => entryOf(service, block)).find((one) => one !== undefined);
  return entry ? keyPlace(entry) : service;
}

function placeOfModel(node: SpecNode): Place {
  const entry = entriesOf(valueAt(node, 'deployment')).find((one) => one.key in MODELS);
  return entry ? keyPlace(entry) : node;
}
