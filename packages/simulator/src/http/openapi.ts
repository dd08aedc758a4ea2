import type { JsonObject } from '../json.js';
import { apiVersionOf, type Kind } from '../kinds/kind.js';
import type { KindRegistry } from '../kinds/registry.js';

const QUERY = ['dryRun', 'fieldManager', 'fieldValidation', 'force', 'pretty'];

const prefixOf = (kind: Kind) => (kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`);

/** `/openapi/v3`: where the document of each group and version is. */
export function openApiIndex(kinds: KindRegistry): JsonObject {
  const prefixes = new Set(kinds.all().map(prefixOf));
  return { paths: Object.fromEntries([...prefixes].map((prefix) => [prefix, { serverRelativeURL: `/openapi/v3/${prefix}` }])) };
}

/**
 * `/openapi/v3/<prefix>`: the writing operations with their parameters, which tells clients that the server checks fields itself.
 * Schemas are named, not spelled out: fields are checked here, not in the client. Undefined for what is not served.
 */
export function openApiDocument(kinds: KindRegistry, prefix: string): JsonObject | undefined {
  const list = kinds.all().filter((kind) => prefixOf(kind) === prefix && kind.stored);
  if (list.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.34.0' },
    paths: Object.assign({}, ...list.map((kind) => paths(kind, prefix))) as JsonObject,
    components: { schemas: {} },
  };
}

function paths(kind: Kind, prefix: string): JsonObject {
  const base = `/${prefix}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    operationId: `${action}${apiVersionOf(kind).replace(/\W/g, '')}${kind.kind}`,
    parameters: QUERY.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })),
    responses: { 200: { description: 'OK' } },
  });
  return {
    [base]: { post: operation('post') },
    [`${base}/{name}`]: { put: operation('put'), patch: operation('patch') },
  };
}
