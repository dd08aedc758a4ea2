import {
  type BoundGates,
  bindGates,
  checkTaint,
  failed,
  type Inputs,
  type JsonObject,
  ok,
  renderManifest,
  renderText,
  type ResourceTemplate,
  type Result,
  type RunNode,
  TEXT_TOO_LONG,
  TooMuchText,
} from '@cellplane/plan';
import type { ManifestTexts } from '../../model.js';
import type { RunMemory } from '../run-memory.js';

export interface RenderedLeaf {
  manifest: JsonObject;
  /** For events and people. */
  masked: JsonObject;
  gates: BoundGates;
  warnings: string[];
  texts: ManifestTexts;
  /** See `RenderedManifest`. */
  secretPaths: string[];
}

/** What rendering needs of a run. */
interface RenderedRun {
  values: RunMemory['values'];
  row: Pick<RunMemory['row'], 'id' | 'namespace' | 'workflow'>;
}

/** Fields of a manifest that say which object it is. */
const IDENTIFIERS = ['apiVersion', 'kind', 'metadata.name', 'metadata.generateName', 'metadata.namespace'];

/**
 * Renders a leaf's manifest and binds its gates, from values that are stored with the run: after a crash the result is the
 * same. Refused: platform expressions without a value, and values of objects that a tenant can write, where they would choose an identity
 * (docs/architecture.md#manifests-are-structure-not-text).
 */
export function renderLeaf(
  memory: RenderedRun,
  node: RunNode,
  template: ResourceTemplate,
): Result<RenderedLeaf, { code: string; message: string }> {
  try {
    return render(memory, node, template);
  } catch (error) {
    if (error instanceof TooMuchText) return failed({ code: TEXT_TOO_LONG, message: `template ${template.name}: ${error.message}` });
    throw error;
  }
}

function render(memory: RenderedRun, node: RunNode, template: ResourceTemplate): Result<RenderedLeaf, { code: string; message: string }> {
  const scope = {
    inputs: node.inputs ?? {},
    values: memory.values,
    workflowName: memory.row.id,
    workflowParameters: workflowParameters(memory),
    ...(node.item === undefined ? {} : { item: node.item }),
  };
  const rendered = renderManifest(template.manifest, { ...scope, place: `templates.${template.name}.manifest` });
  if (!rendered.ok) return refuse(template, rendered.problem);
  const { object, masked, warnings, secretPaths, taintedPaths, taintedTexts, chosenPaths, chosenTexts, missing } = rendered.value;
  const unresolved = missing.filter((tag) => /^(?:\{\{)?\s*\$/.test(tag));
  if (unresolved.length > 0)
    return failed({ code: 'unresolved-expression', message: `template ${template.name}: no value for ${unresolved.join(', ')}` });
  const named = secretPaths.find((path) => IDENTIFIERS.includes(path));
  if (named !== undefined)
    return failed({
      code: 'secret-identifier',
      message: `template ${template.name}: ${named} is made of a secret: whoever may list objects would read it. Name the object after something else, such as $sys.instanceId.`,
    });
  const taint = checkTaint({
    object,
    taintedPaths,
    chosenPaths,
    chosenTexts,
    action: template.action,
    instanceNamespace: memory.row.namespace,
  });
  if (taint !== undefined) return refuse(template, taint);
  // Both are literal in every manifest, and the Role of the run's account was made for them (docs/kubernetes-access.md).
  if (object.apiVersion !== template.apiVersion || object.kind !== template.kind) {
    return failed({
      code: 'kind-changed',
      message: `template ${template.name}: the manifest is rendered as ${String(object.apiVersion)} ${String(object.kind)}, and was built as ${template.apiVersion} ${template.kind}`,
    });
  }
  const gates = bindGates(template, scope);
  if (!gates.ok) return failed({ code: gates.problem.code, message: `template ${template.name}: ${gates.problem.message}` });
  return ok({ manifest: object, masked, gates: gates.value, warnings, texts: { tainted: taintedTexts, chosen: chosenTexts }, secretPaths });
}

function refuse(
  template: ResourceTemplate,
  problem: { code: string; line: number; message: string; cure: string },
): Result<never, { code: string; message: string }> {
  const place = problem.line > 0 ? `template ${template.name}, line ${problem.line} of the manifest` : `template ${template.name}`;
  return failed({ code: problem.code, message: `${place}: ${problem.message} ${problem.cure}`.trim() });
}

/** The workflow's arguments, rendered, for `{{workflow.parameters.x}}`. */
function workflowParameters(memory: RenderedRun): Inputs {
  const inputs: Inputs = {};
  for (const { name, value } of memory.row.workflow?.arguments ?? []) {
    if (value !== undefined) inputs[name] = renderText(value, { inputs: {}, values: memory.values, place: `arguments.${name}` }).fragment;
  }
  return inputs;
}
