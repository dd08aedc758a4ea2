/** CustomResourceDefinitions as they are compared: of the cell, and of a chart. Pure. */
import type { CrdSchema } from './crd-schema.js';

export interface DefinitionVersion {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: CrdSchema;
}

export interface Definition {
  /** `clusters.postgresql.cnpg.io` */
  name: string;
  group: string;
  kind: string;
  plural: string;
  scope: string;
  versions: DefinitionVersion[];
  /** In which versions objects may be stored: only of one that is in a cell. */
  storedVersions: string[];
  convertsByWebhook: boolean;
  /** Helm release that it is of, as `namespace/name`; empty if it is of none. */
  release: string;
  /** Helm leaves it when its chart does not have it any more. */
  isKept: boolean;
}

/** Undefined for what is no definition. */
export function readDefinition(object: unknown): Definition | undefined {
  const spec = mapOf(mapOf(object)['spec']);
  const names = mapOf(spec['names']);
  const metadata = mapOf(mapOf(object)['metadata']);
  const annotations = mapOf(metadata['annotations']);
  if (mapOf(object)['kind'] !== 'CustomResourceDefinition' || typeof metadata['name'] !== 'string') return undefined;
  const release = annotations['meta.helm.sh/release-name'];
  return {
    name: metadata['name'],
    group: textOf(spec['group']),
    kind: textOf(names['kind']),
    plural: textOf(names['plural']),
    scope: textOf(spec['scope']),
    versions: listOf(spec['versions']).map((version) => {
      const { name, served, storage, schema } = mapOf(version);
      const root = mapOf(schema)['openAPIV3Schema'];
      return {
        name: textOf(name),
        served: served === true,
        storage: storage === true,
        ...(root === undefined ? {} : { schema: mapOf(root) }),
      };
    }),
    storedVersions: listOf(mapOf(mapOf(object)['status'])['storedVersions']).map(textOf),
    convertsByWebhook: mapOf(spec['conversion'])['strategy'] === 'Webhook',
    release: typeof release === 'string' ? `${textOf(annotations['meta.helm.sh/release-namespace'])}/${release}` : '',
    isKept: annotations['helm.sh/resource-policy'] === 'keep',
  };
}

export function storageVersion({ versions }: Definition): string {
  return versions.find(({ storage }) => storage)?.name ?? '';
}

export function versionNamed({ versions }: Definition, name: string): DefinitionVersion | undefined {
  return versions.find((version) => version.name === name);
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
