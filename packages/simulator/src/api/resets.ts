import { emptySet, type FieldSet } from '../fields/field-set.js';
import { pathSet } from '../fields/managers.js';
import type { Kind } from '../kinds/kind.js';

const NONE = emptySet();
const STATUS = pathSet(['status']);
const SPEC = pathSet(['spec']);
const SPEC_AND_LABELS = pathSet(['spec'], ['metadata', 'labels']);

/** Fields that an endpoint resets, and that nobody therefore owns through it (GetResetFields of the API server's strategies). */
export function ignoredFields(kind: Kind, subresource: string): FieldSet {
  if (subresource === 'status') {
    if (kind.custom) return SPEC;
    return kind.group === 'apps' ? SPEC_AND_LABELS : SPEC;
  }
  return kind.hasStatus && subresource === '' ? STATUS : NONE;
}
