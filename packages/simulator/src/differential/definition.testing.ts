import { del, get, gone, post, when } from './builders.testing.js';
import type { Step } from './step.testing.js';

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export type Json = Record<string, unknown>;

export function crd(group: string, kind: string, versions: Json[], more: Json = {}): Json & { metadata: { name: string } } {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { kind, plural }, versions, ...more },
  };
}

export const version = (schema: Json, more: Json = {}): Json => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...more,
});
export const struct = (properties: Json, more: Json = {}): Json => ({ type: 'object', properties, ...more });
export const established = when((body) =>
  (((body.status as Json).conditions ?? []) as Json[]).some((one) => one.type === 'Established' && one.status === 'True'),
);

/** Steps that make a CRD, wait until it is served, and the ones that take it away. */
export function around(
  definition: Json & { metadata: { name: string } },
  plural: string,
  group: string,
  namespace: string,
  steps: Step[],
): Step[] {
  const name = `${CRDS}/${definition.metadata.name}`;
  return [
    get('no old definition', name, { until: gone, unrecorded: true }),
    post('definition', CRDS, definition, { unrecorded: true }),
    get('established', name, { until: established, unrecorded: true }),
    get('served', `/apis/${group}/v1/namespaces/${namespace}/${plural}`, { until: (answer) => answer.code === 200, unrecorded: true }),
    ...steps,
    del('delete the definition', name, undefined, { unrecorded: true }),
    get('it is gone', name, { until: gone }),
    get('and no longer served', `/apis/${group}/v1/namespaces/${namespace}/${plural}`, { until: gone }),
  ];
}
