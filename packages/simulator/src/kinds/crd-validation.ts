import { type FieldProblem, invalidValue, requiredValue, unsupportedValue } from '../api/status.js';
import { arrayAt, at, equal, isObject, objectAt, stringAt } from '../json.js';
import type { Schema } from '../schema/schema.js';
import type { Stored } from '../store/store.js';

/** Rules of CustomResourceDefinitions, structural schemas included (apiextensions-apiserver validation). */
export function crdProblems(crd: Stored, live: Stored | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const group = stringAt(crd, 'spec', 'group');
  const plural = stringAt(crd, 'spec', 'names', 'plural');
  const name = stringAt(crd, 'metadata', 'name');
  if (!live && name !== `${plural}.${group}`)
    problems.push(invalidValue('metadata.name', name, `must be spec.names.plural+"."+spec.group`));
  if (group === '') problems.push(requiredValue('spec.group'));
  else if (!group.includes('.')) problems.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  const scope = stringAt(crd, 'spec', 'scope');
  if (scope !== 'Namespaced' && scope !== 'Cluster')
    problems.push(scope === '' ? requiredValue('spec.scope') : unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced']));
  if (plural === '') problems.push(requiredValue('spec.names.plural'));
  if (stringAt(crd, 'spec', 'names', 'kind') === '') problems.push(requiredValue('spec.names.kind'));
  const versions = arrayAt(crd, 'spec', 'versions');
  if (versions.filter((version) => at(version, 'storage') === true).length !== 1)
    problems.push(invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'));
  for (const [i, version] of versions.entries()) {
    const path = `spec.versions[${i}]`;
    const schema = at(version, 'schema', 'openAPIV3Schema');
    if (!isObject(schema)) problems.push(requiredValue(`${path}.schema.openAPIV3Schema`));
    else {
      if (schema.type !== 'object')
        problems.push(
          schema.type === undefined
            ? requiredValue(`${path}.schema.openAPIV3Schema.type`, 'must not be empty at the root')
            : invalidValue(`${path}.schema.openAPIV3Schema.type`, schema.type, 'must be object at the root'),
        );
      // A schema that is the same for all versions stands at the top in the API server's own form.
      structureProblems(
        schema,
        versions.length === 1 ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`,
        problems,
        true,
      );
    }
  }
  if (live)
    for (const field of [
      ['spec', 'group'],
      ['spec', 'scope'],
      ['spec', 'names', 'kind'],
      ['spec', 'names', 'plural'],
    ]) {
      if (!equal(at(crd, ...field), at(live, ...field)))
        problems.push(invalidValue(field.join('.'), at(crd, ...field), 'field is immutable'));
    }
  return problems;
}

function structureProblems(schema: Schema, path: string, problems: FieldProblem[], isRoot = false): void {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true;
  if (schema.type === undefined && !open && !isRoot)
    problems.push(requiredValue(`${path}.type`, 'must not be empty for specified object fields'));
  if (schema.type === 'array' && schema.items === undefined) problems.push(requiredValue(`${path}.items`, 'must be specified'));
  if (schema.properties && schema.additionalProperties !== undefined && schema.additionalProperties !== false) {
    problems.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: additionalProperties and properties are mutual exclusive',
      field: path,
    });
  }
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType))
    problems.push(unsupportedValue(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'map', 'set']));
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType === 'map' && keys.length === 0)
    problems.push(requiredValue(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  for (const [i, key] of keys.entries()) {
    const item = schema.items;
    if (item?.properties && !Object.hasOwn(item.properties, key))
      problems.push(invalidValue(`${path}.x-kubernetes-list-map-keys[${i}]`, key, 'must be a property of the items'));
    else if (item && !(item.required ?? []).includes(key) && item.properties?.[key]?.default === undefined) {
      problems.push(
        requiredValue(
          `${path}.items.properties[${key}].default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
    }
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (isRoot && (name === 'metadata' || name === 'apiVersion' || name === 'kind')) continue;
    structureProblems(child, `${path}.properties[${name}]`, problems);
  }
  if (schema.items) structureProblems(schema.items, `${path}.items`, problems);
  if (typeof schema.additionalProperties === 'object')
    structureProblems(schema.additionalProperties, `${path}.additionalProperties`, problems);
}

/** True where the CRD's conditions say that its kinds are served. */
export function isEstablished(crd: Stored): boolean {
  return arrayAt(crd, 'status', 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'Established' && stringAt(condition, 'status') === 'True',
  );
}

/** The CRD's group and names, for messages and storage. */
export function crdIdentity(crd: Stored): { group: string; plural: string; kind: string } {
  const names = objectAt(crd, 'spec', 'names');
  return { group: stringAt(crd, 'spec', 'group'), plural: String(names.plural), kind: String(names.kind) };
}
