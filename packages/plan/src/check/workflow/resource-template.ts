import { groupOf, isCustomGroup } from '../../api-version.js';
import { isClusterScoped } from './cluster-scope.js';
import { outlineManifest } from '../../compile/manifest.js';
import { rangeOfValue } from '../../expression/manifest/range.js';
import { hasValue, textAt } from '../../compile/read-value.js';
import { entryOf, placeInside, type SpecNode, textOf, valueAt } from '../../parse/node.js';
import { keyPlace, type Place, type Report } from '../../parse/report.js';
import { didYouMean } from '../../schema/suggest.js';
import { RESOURCE_ACTIONS } from '../../schema/template.js';

/** A leaf of the plan: a known action, one literal kind in one document, in the instance's namespace. The rest is said with the structure. */
export function checkResourceTemplate(report: Report, template: SpecNode): void {
  const name = textAt(template, 'name', '');
  const resource = valueAt(template, 'resource');
  if (!resource) return;
  const action = textAt(resource, 'action', '');
  checkAction(report, name, valueAt(resource, 'action'));
  if (hasValue(resource, 'mergeStrategy') && action !== '' && action !== 'patch') {
    report.warning(keyAt(resource, 'mergeStrategy'), {
      code: 'merge-strategy-unused',
      message: `\`mergeStrategy\` has no effect with action ${action}.`,
      cure: 'Remove it, or use `action: patch`.',
    });
  }
  if (textAt(resource, 'mergeStrategy') === 'json') {
    report.error(valueAt(resource, 'mergeStrategy') ?? resource, {
      code: 'json-patch-without-target',
      message: '`mergeStrategy: json` is not supported: a list of patch operations names no object, and Argo takes the name from flags.',
      cure: 'Write the changed fields as a manifest and use `mergeStrategy: merge`; null removes a field.',
    });
  }
  checkManifest(report, name, resource);
}

function checkAction(report: Report, name: string, node: SpecNode | undefined): void {
  const action = textOf(node);
  if (!node || action === undefined || RESOURCE_ACTIONS.some((known) => known === action)) return;
  report.error(node, {
    code: 'unknown-value',
    message: `templates.${name}.resource.action must be one of: ${RESOURCE_ACTIONS.join(', ')}; this is ${JSON.stringify(action)}.`,
    cure: didYouMean(action, RESOURCE_ACTIONS, ''),
  });
}

function checkManifest(report: Report, name: string, resource: SpecNode): void {
  const node = valueAt(resource, 'manifest');
  const text = textOf(node);
  if (node?.kind !== 'scalar' || text === undefined) return;
  const outline = outlineManifest(text);
  if (outline.fault) {
    const { message } = outline.fault;
    const said =
      outline.fault.code === 'several-objects'
        ? `is refused: ${message}`
        : `must be a valid yaml: ${message.replace(/^The manifest is not valid YAML: /, '')}`;
    report.error(lineOf(node, text, outline.fault.line), {
      code: outline.fault.code,
      message: `templates.${name}.resource.manifest ${said}`,
      cure: outline.fault.cure,
    });
    return;
  }
  for (const warning of outline.warnings) {
    const key = /^The key (\S+) /.exec(warning)?.[1];
    report.warning(key === undefined ? node : lineOf(node, text, lineWith(text, key)), {
      code: 'manifest-warning',
      message: `The manifest of '${name}': ${warning}`,
      cure: warning.includes(' occurs twice ') ? 'Keep one of the two.' : 'Put it in quotes.',
    });
  }
  checkTexts(report, name, node, outline);
  for (const key of ['apiVersion', 'kind'] as const) {
    if (outline.notText.some(({ path }) => path.length === 1 && path[0] === key)) continue;
    if (outline[key] !== '') continue;
    const templated = outline.templated.includes(key);
    report.error(lineOf(node, text, lineWith(text, key)), {
      code: 'manifest-kind',
      message: templated ? `\`${key}\` in the manifest of '${name}' is not literal.` : `The manifest of '${name}' has no \`${key}\`.`,
      cure: `Write \`${key}\` as plain text: the rights of the run are computed from it.`,
    });
  }
  checkStrategy(report, resource, outline);
  checkMetadata(report, name, node, outline);
}

/** API servers merge lists by key for kinds of Kubernetes itself only, and refuse it for others with 415. */
function checkStrategy(report: Report, resource: SpecNode, { apiVersion, kind }: { apiVersion: string; kind: string }): void {
  if (textAt(resource, 'mergeStrategy') !== 'strategic' || textAt(resource, 'action') !== 'patch') return;
  if (!isCustomGroup(apiVersion)) return;
  report.error(valueAt(resource, 'mergeStrategy') ?? resource, {
    code: 'strategic-on-custom-resource',
    message: `${kind} of ${groupOf(apiVersion)} is a custom resource, and API servers refuse strategic patches of those (415).`,
    cure: 'Use `mergeStrategy: merge`: lists are replaced whole.',
  });
}

/** Texts that Kubernetes reads as something else: `y`, `on`, `0123`, `1.0`. The API server refuses them in words that name no line. */
function checkTexts(report: Report, name: string, node: SpecNode & { kind: 'scalar' }, outline: ReturnType<typeof outlineManifest>): void {
  for (const { path, value } of outline.notText) {
    const range = rangeOfValue(node.source, path);
    const written = range ? node.source.slice(...range) : String(value);
    report.error(range ? placeInside(node, range[0]) : node, {
      code: 'manifest-not-text',
      message: `\`${path.join('.')}\` in the manifest of '${name}' must be text; Kubernetes reads \`${written}\` as the ${typeof value === 'boolean' ? 'truth value' : 'number'} ${value}.`,
      cure: `Quote it: "${written}".`,
    });
  }
}

function isSaid(outline: ReturnType<typeof outlineManifest>, key: string): boolean {
  return outline.notText.some(({ path }) => path[0] === 'metadata' && path[1] === key);
}

function checkMetadata(
  report: Report,
  name: string,
  node: SpecNode & { kind: 'scalar' },
  outline: ReturnType<typeof outlineManifest>,
): void {
  const text = node.source;
  if (outline.generateName) {
    report.error(lineOf(node, text, lineWith(text, 'generateName')), {
      code: 'generate-name',
      message: `\`metadata.generateName\` in the manifest of '${name}' is refused: a repeated request would make another object.`,
      cure: 'Use `metadata.name` with `{{ $sys.instanceId }}` in it.',
    });
  } else if (outline.name === undefined && !outline.templated.includes('name') && !isSaid(outline, 'name')) {
    report.error(node, { code: 'manifest-name', message: `The manifest of '${name}' has no \`metadata.name\`.`, cure: 'Add it.' });
  }
  if (outline.namespace !== undefined && !isSaid(outline, 'namespace')) {
    report.error(lineOf(node, text, lineWith(text, 'namespace')), {
      code: 'foreign-namespace',
      message: `The manifest of '${name}' names the namespace '${outline.namespace}'; a task may only touch the namespace of its instance.`,
      cure: 'Leave `namespace` out, or use `{{ $sys.namespace }}`.',
    });
  }
  if (isClusterScoped(outline.apiVersion, outline.kind)) {
    report.error(lineOf(node, text, lineWith(text, 'kind')), {
      code: 'cluster-scoped',
      message: `${outline.kind} is cluster-scoped; a task may only touch the namespace of its instance.`,
      cure: 'Install it with a chart in `helmChartDependencies`, or use a Role and a RoleBinding of the instance’s namespace where rights are meant.',
    });
  }
}

function keyAt(node: SpecNode, key: string): Place {
  const entry = entryOf(node, key);
  return entry ? keyPlace(entry) : node;
}

/** First line (from 1) of a manifest that begins with the key. */
function lineWith(text: string, key: string): number {
  const literal = key.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const pattern = new RegExp(`(?:^|[{,]|- )\\s*["']?${literal}["']?\\s*:`);
  const index = text.split('\n').findIndex((line) => pattern.test(line));
  return index === -1 ? 1 : index + 1;
}

/** The place of a line (from 1) of a scalar's text, at its first character that is not a space. */
function lineOf(node: SpecNode & { kind: 'scalar' }, text: string, line: number): Place {
  const lines = text.split('\n');
  const offset = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const row = lines[line - 1] ?? '';
  return placeInside(node, offset + row.length - row.trimStart().length);
}
