/**
 * Shared types: metadata, conditions, selectors, references. Facts of the Kubernetes 1.34 API, as a server publishes them under /openapi/v3:
 * names, types, list types and merge keys of fields. `shapes.ts` tells how to read a line.
 */
export const META_SHAPES = `
Condition lastTransitionTime:t* message:s* observedGeneration:l reason:s* status:s* type:s*
LabelSelector! matchExpressions:[LabelSelectorRequirement]! matchLabels:{s}
LabelSelectorRequirement key:s* operator:s* values:[s]!
LocalObjectReference! name:s
ManagedFieldsEntry apiVersion:s fieldsType:s fieldsV1:raw manager:s operation:s subresource:s time:t
ObjectMeta annotations:{s} creationTimestamp:t deletionGracePeriodSeconds:l deletionTimestamp:t finalizers:[s]@~ generateName:s generation:l labels:{s} managedFields:[ManagedFieldsEntry]! name:s namespace:s ownerReferences:[OwnerReference]@uid~uid resourceVersion:s selfLink:s uid:s
ObjectReference! apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
OwnerReference! apiVersion:s* blockOwnerDeletion:b controller:b kind:s* name:s* uid:s*
`;
