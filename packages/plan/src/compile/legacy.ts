import { parseText } from '../expression/text.js';
import type { Json, JsonObject } from '../json.js';
import type { CompiledWorkflow, DagTask, OutputParameter, ResourceTemplate, SystemVerb, Template } from '../model.js';
import { argumentText, entriesOf, itemsOf, jsonOf, type MapEntry, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { collectExpressions } from './expressions.js';
import { outlineManifest } from './manifest.js';
import { manifestText } from './manifest-text.js';
import { hasValue } from './read-value.js';
import { rangeOfValue } from '../expression/manifest/range.js';

const CUSTOM_RESOURCE_TASK = 'customresource';
const CRD_PREFIX = /^\$var\._crd\.?/;

/** True if the older fields say what the resource is made of. */
export function hasLegacyFields(operator: SpecNode | undefined): boolean {
  return hasValue(operator, 'template') || hasValue(operator, 'supplementalFiles');
}

/**
 * Workflows from the older fields of `operatorCRDConfiguration`: create and modify apply the supplemental files in order,
 * then the custom resource, and wait for its readiness conditions; delete goes the other way round.
 */
export function legacyWorkflows(operator: SpecNode | undefined): Partial<Record<SystemVerb, CompiledWorkflow>> {
  if (!hasLegacyFields(operator)) return {};
  const supplements = itemsOf(valueAt(operator, 'supplementalFiles')).flatMap(manifestsOf);
  const objects = supplements.map((manifest, index) => ({ task: `supplement${index + 1}`, manifest }));
  const main = valueAt(operator, 'template');
  const [own, ...further] = main ? manifestsOf(main) : [];
  if (own !== undefined) objects.push({ task: CUSTOM_RESOURCE_TASK, manifest: own });
  for (const [index, manifest] of further.entries()) objects.push({ task: `${CUSTOM_RESOURCE_TASK}${index + 2}`, manifest });
  const gate = readinessGate(valueAt(operator, 'readinessConditions'));
  const outputs = legacyOutputs(valueAt(operator, 'outputParameters'));
  return {
    create: chain({ verb: 'create', action: 'apply', objects, gate, outputs }),
    modify: chain({ verb: 'modify', action: 'apply', objects, gate, outputs }),
    delete: chain({ verb: 'delete', action: 'delete', objects: objects.toReversed(), outputs: [] }),
  };
}

function chain(input: {
  verb: SystemVerb;
  action: 'apply' | 'delete';
  objects: { task: string; manifest: string }[];
  gate?: string | undefined;
  outputs: OutputParameter[];
}): CompiledWorkflow {
  const tasks: DagTask[] = [];
  const leaves: ResourceTemplate[] = [];
  for (const { task, manifest } of input.objects) {
    const template = `${input.action}-${task}`;
    const before = tasks.at(-1);
    tasks.push({ name: task, template, dependencies: before ? [before.name] : [], arguments: [] });
    const { apiVersion, kind } = outlineManifest(manifest);
    const leaf: ResourceTemplate = {
      type: 'resource',
      name: template,
      inputs: [],
      action: input.action,
      flags: [],
      manifest,
      apiVersion,
      kind,
    };
    if (task === CUSTOM_RESOURCE_TASK && input.gate !== undefined) leaf.successCondition = input.gate;
    leaves.push(leaf);
  }
  const templates: Template[] = [{ type: 'dag', name: input.verb, inputs: [], failFast: true, tasks }, ...leaves];
  return {
    verb: input.verb,
    displayName: input.verb,
    description: '',
    scope: [],
    parameters: [],
    entrypoint: input.verb,
    arguments: [],
    templates,
    outputs: input.outputs,
    expressions: collectExpressions({ arguments: [], templates }),
  };
}

/** The manifests of a field that holds an object, or the text of one or several. The namespace is always the instance's. */
function manifestsOf(node: SpecNode): string[] {
  const text = textOf(node);
  if (text !== undefined)
    return text
      .split(/^---[ \t]*$/m)
      .filter((document) => document.trim() !== '')
      .map(inOwnNamespace);
  const object = jsonOf(node);
  return isObject(object) ? [manifestText(withoutNamespace(object))] : [];
}

/** The literal namespace of an older manifest, wherever the author wrote one. */
export function literalNamespace(node: SpecNode): string | undefined {
  const text = textOf(node);
  if (text === undefined) {
    const namespace = valueAt(node, 'metadata', 'namespace');
    return textOf(namespace);
  }
  return text
    .split(/^---[ \t]*$/m)
    .map((document) => outlineManifest(document).namespace)
    .find((namespace) => namespace !== undefined);
}

/** A manifest's text with the instance's namespace in the place of a literal one. */
function inOwnNamespace(manifest: string): string {
  if (outlineManifest(manifest).namespace === undefined) return manifest;
  const range = rangeOfValue(manifest, ['metadata', 'namespace']);
  return range ? `${manifest.slice(0, range[0])}"{{ $sys.namespace }}"${manifest.slice(range[1])}` : manifest;
}

function withoutNamespace(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  const { namespace: _namespace, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/**
 * `"$var._crd.status.phase": Ready` → `status.phase == "Ready"`; all must hold. JSONPath filters stay in the path: the wider
 * gate grammar reads them.
 */
function readinessGate(conditions: SpecNode | undefined): string | undefined {
  const clauses = entriesOf(conditions).map(readinessClause);
  return clauses.length === 0 ? undefined : clauses.join(' && ');
}

/** One readiness condition as a clause of a gate. */
export function readinessClause(entry: MapEntry): string {
  return `${crdPath(entry.key)} == ${gateOperand(entry.value)}`;
}

/** True if a key of `readinessConditions` is a path of the custom resource. */
export function isReadinessPath(key: string): boolean {
  return /^\$var\._crd\.\S/.test(unwrap(key));
}

function gateOperand(node: SpecNode): string {
  if (node.kind === 'scalar' && typeof node.value !== 'string') return argumentText(node) ?? 'null';
  const text = textOf(node) ?? '';
  const [only, second] = parseText(text);
  if (only?.type === 'platform' && !second) return `{{ ${only.expression} }}`;
  // Words that read as numbers or truth values compare as such, as they do in a condition written by hand.
  return /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(text) ? text : JSON.stringify(text);
}

function crdPath(key: string): string {
  return unwrap(key).replace(CRD_PREFIX, '');
}

function unwrap(text: string): string {
  return /^\{\{(.*)\}\}$/s.exec(text.trim())?.[1]?.trim() ?? text.trim();
}

/** Older outputs: paths of the custom resource become paths of the task's object, everything else stays. */
export function legacyOutputs(outputs: SpecNode | undefined): OutputParameter[] {
  return entriesOf(outputs).flatMap((entry) => {
    const text = textOf(entry.value);
    if (text === undefined) return [];
    const inner = unwrap(text);
    return [
      {
        name: entry.key,
        value: CRD_PREFIX.test(inner) ? `$tasks.${CUSTOM_RESOURCE_TASK}.resource.${inner.replace(CRD_PREFIX, '')}` : text,
      },
    ];
  });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
