import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import type { Schema } from '../schema/schema.js';
import type { Stored } from '../store/store.js';
import { METADATA } from './builtin.js';
import { customColumns } from './columns.js';
import type { Kind } from './kind.js';

/** In the order that discovery lists them for custom resources. */
const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

const OPEN: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const STRING: Schema = { type: 'string' };

/** The kinds that a CRD serves, one for each served version. */
export function customKinds(crd: Stored): Kind[] {
  const spec = objectAt(crd, 'spec');
  const names = objectAt(spec, 'names');
  const versions = arrayAt(spec, 'versions').filter(isObject);
  const stored = versions.find((version) => version.storage === true);
  const storage = stored && customKind(crd, spec, names, stored);
  return versions
    .filter((version) => version.served === true)
    .map((version) =>
      version === stored || !storage ? customKind(crd, spec, names, version) : { ...customKind(crd, spec, names, version), storage },
    );
}

function customKind(crd: Stored, spec: JsonObject, names: JsonObject, version: JsonObject): Kind {
  const given = at(version, 'schema', 'openAPIV3Schema');
  const schema: Schema = isObject(given) ? given : OPEN;
  const scale = objectAt(version, 'subresources', 'scale');
  return {
    group: String(spec.group),
    version: String(version.name),
    kind: String(names.kind),
    listKind: stringAt(names, 'listKind') || `${String(names.kind)}List`,
    plural: String(names.plural),
    singular: stringAt(names, 'singular') || String(names.kind).toLowerCase(),
    shortNames: arrayAt(names, 'shortNames').map(String),
    categories: arrayAt(names, 'categories').map(String),
    namespaced: spec.scope === 'Namespaced',
    verbs: VERBS,
    schema: { ...schema, properties: { ...schema.properties, apiVersion: STRING, kind: STRING, metadata: METADATA } },
    custom: true,
    hasStatus: at(version, 'subresources', 'status') !== undefined,
    hasGeneration: true,
    ...(typeof scale.specReplicasPath === 'string' && {
      scale: {
        spec: scale.specReplicasPath,
        status: stringAt(scale, 'statusReplicasPath'),
        ...(typeof scale.labelSelectorPath === 'string' && { selector: scale.labelSelectorPath }),
      },
    }),
    columns: customColumns(arrayAt(version, 'additionalPrinterColumns')),
    stored: true,
    crd: String(crd.metadata.uid),
  };
}
