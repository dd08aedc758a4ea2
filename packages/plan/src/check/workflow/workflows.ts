import { isElsewhere, type ResourceSource, UPDATE } from '../../compile/resource.js';
import { hasValue, textAt } from '../../compile/read-value.js';
import { durationSeconds } from '../../compile/duration.js';
import { literalNamespace } from '../../compile/legacy.js';
import { TEMPLATE_KINDS } from '../../compile/template.js';
import type { WorkflowSource } from '../../compile/workflow.js';
import { rangeOfValue } from '../../expression/manifest/range.js';
import { SYSTEM_VERBS } from '../../model.js';
import { entriesOf, entryOf, itemsOf, placeInside, type SpecNode, valueAt } from '../../parse/node.js';
import { keyPlace, type Place, type Report } from '../../parse/report.js';
import { didYouMean } from '../../schema/suggest.js';
import { RETRY_POLICIES } from '../../schema/template.js';
import { reportRepeated } from '../repeated.js';
import { checkParameters } from '../parameter/parameters.js';
import { checkResourceTemplate } from './resource-template.js';
import { checkStructure } from './structure.js';
import { checkTaintedNames } from './tainted-names.js';

const VERB = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The workflows of a resource that are written in the spec: verbs, bodies, leaves. Those made from older fields are sound by making. */
export function checkWorkflows(report: Report, resource: ResourceSource): void {
  for (const source of resource.workflows) {
    if (!source.node) {
      checkOlderObjects(report, resource, source);
      continue;
    }
    checkBody(report, source, source.node);
    checkTaintedNames(report, source);
  }
  checkVerbs(report, resource.node);
  const custom = resource.workflows.flatMap(({ node }) => (node && valueAt(node, 'verb') ? [node] : []));
  reportRepeated(report, custom, 'verb', 'custom workflow', (verb) => verb.toLowerCase());
  for (const node of custom) checkCustomVerb(report, node);
}

/** Verbs that are written and not offered: `update` beside `modify`, and those whose body lies in a file. */
function checkVerbs(report: Report, service: SpecNode): void {
  const system = valueAt(service, 'systemWorkflows');
  const update = entryOf(system, UPDATE);
  if (update && hasValue(system, 'modify')) {
    report.warning(keyPlace(update), {
      code: 'update-unused',
      message: '`update` has no effect beside `modify`: both are the change of an instance.',
      cure: 'Keep one of the two.',
    });
  }
  const written = [
    ...entriesOf(system).map((entry) => ({ node: entry.value, verb: entry.spelling })),
    ...itemsOf(valueAt(service, 'customWorkflows')).map((node) => ({ node, verb: textAt(node, 'verb', '') })),
  ];
  for (const { node, verb } of written) {
    if (!isElsewhere(node)) continue;
    report.warning(placeOfKey(node, 'workflowFile'), {
      code: 'workflow-file',
      message: `The workflow '${verb}' lies in the file ${textAt(node, 'workflowFile', '')}, which a build does not send; the plan is built without it.`,
      cure: 'Write the body under `workflow`.',
    });
  }
}

function checkCustomVerb(report: Report, node: SpecNode): void {
  checkParameters(report, valueAt(node, 'apiParameters'));
  const verbNode = valueAt(node, 'verb');
  const verb = textAt(node, 'verb', '');
  if (!verbNode) return;
  if (!VERB.test(verb)) {
    report.error(verbNode, {
      code: 'bad-verb',
      message: `The verb ${JSON.stringify(verb)} cannot stand in an address.`,
      cure: 'Use letters, digits, `-` and `_`, beginning with a letter.',
    });
  }
  // `add-capacity` and ADD_CAPACITY are the same call to whoever types them.
  if (SYSTEM_VERBS.some((system) => system.toLowerCase() === verb.toLowerCase().replaceAll(/[-_]/g, ''))) {
    report.error(verbNode, {
      code: 'system-verb',
      message: `'${verb}' is a lifecycle operation of the platform.`,
      cure: `Move the workflow to systemWorkflows, or choose another verb.`,
    });
  }
}

function checkBody(report: Report, source: WorkflowSource, node: SpecNode): void {
  const body = valueAt(node, 'workflow');
  if (!body) return;
  const place = placeOfKey(node, 'workflow');
  const broken = new Set<number>();
  for (const [index, template] of itemsOf(valueAt(body, 'templates')).entries()) {
    if (!checkKindOf(report, template)) broken.add(index);
    if (valueAt(template, 'resource')) checkResourceTemplate(report, template);
    checkRetry(report, valueAt(template, 'retryStrategy'));
  }
  checkRetry(report, valueAt(body, 'retryStrategy'));
  checkEntrypoint(report, source, body, place);
  checkStructure(report, { workflow: source.compiled, body, place, broken });
}

/** Argo needs `entrypoint`; where only one template can be meant, it is taken. That none can be taken is said with the structure. */
function checkEntrypoint(report: Report, { compiled }: WorkflowSource, body: SpecNode, place: Place): void {
  const meant = compiled.entrypoint;
  if (textAt(body, 'entrypoint') !== undefined || meant === '') return;
  report.warning(place, {
    code: 'entrypoint-omitted',
    message: `The workflow '${compiled.verb}' has no entrypoint; '${meant}' is taken, the one template that no task calls.`,
    cure: `Add \`entrypoint: ${meant}\`.`,
  });
}

/** True if the template has exactly one kind. */
function checkKindOf(report: Report, template: SpecNode): boolean {
  const name = textAt(template, 'name', '');
  const kinds = TEMPLATE_KINDS.filter((kind) => hasValue(template, kind));
  if (kinds.length === 1) {
    checkLeafKeys(report, template, kinds[0] ?? '');
    return kinds[0] !== 'dag' || hasValue(valueAt(template, 'dag'), 'tasks');
  }
  if (kinds.length > 1) {
    report.error(template, {
      code: 'several-template-kinds',
      message: `templates.${name} multiple template types specified. choose one of: ${kinds.join(', ')}.`,
      cure: 'Split it into templates of one kind each.',
    });
    return false;
  }
  // A refused kind (container, script, …) was left out of the tree and is reported already.
  if (report.problems.some((problem) => problem.code === 'unsupported-key' && problem.path.startsWith(`${template.path}.`))) return false;
  report.error(template, {
    code: 'no-template-kind',
    message: `template '${name}' type is unknown: it has neither dag, steps nor resource.`,
    cure: 'Add `dag:` with tasks, or `resource:` with a manifest.',
  });
  return false;
}

function checkLeafKeys(report: Report, template: SpecNode, kind: string): void {
  if (kind === 'resource') return;
  const name = textAt(template, 'name', '');
  const settle = entryOf(template, 'settleSeconds');
  if (settle && hasValue(template, 'settleSeconds')) {
    report.error(keyPlace(settle), {
      code: 'settle-on-dag',
      message: `templates.${name}.settleSeconds is only valid for resource templates.`,
      cure: 'Move it to the resource template, or to the workflow.',
    });
  }
}

function checkRetry(report: Report, retry: SpecNode | undefined): void {
  const policy = valueAt(retry, 'retryPolicy');
  const written = textAt(retry, 'retryPolicy');
  if (policy && written !== undefined && !RETRY_POLICIES.some((known) => known === written)) {
    report.error(policy, {
      code: 'unknown-value',
      message: `${written} is not a valid RetryPolicy.`,
      cure: didYouMean(written, RETRY_POLICIES, ''),
    });
  }
  const backoff = valueAt(retry, 'backoff');
  for (const key of ['duration', 'cap', 'maxDuration']) {
    const text = textAt(backoff, key);
    const node = valueAt(backoff, key);
    if (text === undefined || !node || durationSeconds(text) !== undefined) continue;
    report.error(node, {
      code: 'bad-duration',
      message: `\`${node.path}\` is no duration: '${text}'.`,
      cure: 'Write seconds, or `30s`, `2m`, `1h30m`.',
    });
  }
}

function checkOlderObjects(report: Report, resource: ResourceSource, source: WorkflowSource): void {
  if (source.compiled.verb !== 'create') return;
  const operator = entryOf(resource.node, 'operatorCRDConfiguration');
  const older = [valueAt(operator?.value, 'template') ?? [], itemsOf(valueAt(operator?.value, 'supplementalFiles'))].flat();
  for (const node of older) {
    const namespace = literalNamespace(node);
    if (namespace === undefined) continue;
    report.warning(placeOfNamespace(node), {
      code: 'namespace-ignored',
      message: `The namespace '${namespace}' is ignored: the object is made in the namespace of its instance.`,
      cure: 'Leave `namespace` out.',
    });
  }
  for (const template of source.compiled.templates) {
    if (template.type !== 'resource' || (template.apiVersion !== '' && template.kind !== '')) continue;
    report.error(
      operator ? placeOfKey(operator.value, template.name.endsWith('customresource') ? 'template' : 'supplementalFiles') : resource.node,
      {
        code: 'manifest-kind',
        message: 'The object has no literal `apiVersion` and `kind`.',
        cure: 'Write both as plain text.',
      },
    );
  }
}

function placeOfNamespace(node: SpecNode): Place {
  const metadata = valueAt(node, 'metadata');
  if (metadata) return placeOfKey(metadata, 'namespace');
  if (node.kind !== 'scalar') return node;
  const range = rangeOfValue(node.source, ['metadata', 'namespace']);
  return range ? placeInside(node, range[0]) : node;
}

/** The key of a map, or the map itself if it has no such key. */
function placeOfKey(node: SpecNode, key: string): Place {
  const entry = entryOf(node, key);
  return entry ? keyPlace(entry) : node;
}
