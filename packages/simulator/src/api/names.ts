import { type FieldProblem, invalidValue, requiredValue } from './status.js';
import { at, isObject, stringAt, type JsonObject } from '../json.js';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Why a text is no subdomain, or []. */
function subdomainProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 253) problems.push('must be no more than 253 characters');
  if (!SUBDOMAIN.test(text)) problems.push(SUBDOMAIN_RULE);
  return problems;
}

/** Why a text is no qualified name (label and annotation keys, finalizers), or []. */
export function qualifiedNameProblems(text: string): string[] {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  const problems: string[] = [];
  if (parts.length > 2)
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  if (parts.length === 2) {
    if (parts[0] === '') problems.push('prefix part must be non-empty');
    else problems.push(...subdomainProblems(parts[0] ?? '').map((why) => `prefix part ${why}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 characters');
  if (!QUALIFIED.test(name)) problems.push(QUALIFIED_RULE);
  return problems;
}

function nameRule(kind: string, name: string): string[] {
  switch (kind) {
    case 'Namespace': {
      const problems = name.length > 63 ? ['must be no more than 63 characters'] : [];
      if (name.includes('.')) return [...problems, 'must not contain dots'];
      return LABEL.test(name) ? problems : [...problems, LABEL_RULE];
    }
    case 'Service':
      return LABEL_1035.test(name) && name.length <= 63 ? [] : [LABEL_1035_RULE];
    case 'Role':
    case 'RoleBinding':
    case 'ClusterRole':
    case 'ClusterRoleBinding':
      if (name === '.' || name === '..') return [`may not be '${name}'`];
      return [...(name.includes('/') ? ["may not contain '/'"] : []), ...(name.includes('%') ? ["may not contain '%'"] : [])];
    default:
      return subdomainProblems(name);
  }
}

/** Broken rules of an object's metadata (apimachinery validation/objectmeta.go). */
export function metadataProblems(kind: string, object: JsonObject, isCustom: boolean): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = stringAt(object, 'metadata', 'name');
  const metadata = isObject(object.metadata) ? object.metadata : {};
  if (name === '') problems.push(requiredValue('metadata.name', 'name or generateName is required'));
  else for (const why of nameRule(kind, name)) problems.push(invalidValue('metadata.name', name, why));
  for (const [key, value] of Object.entries(isObject(metadata.labels) ? metadata.labels : {})) {
    for (const why of qualifiedNameProblems(key)) problems.push(invalidValue('metadata.labels', key, why));
    if (typeof value === 'string') {
      if (value.length > 63) problems.push(invalidValue('metadata.labels', value, 'must be no more than 63 characters'));
      if (!LABEL_VALUE.test(value)) problems.push(invalidValue('metadata.labels', value, LABEL_VALUE_RULE));
    }
  }
  let total = 0;
  for (const [key, value] of Object.entries(isObject(metadata.annotations) ? metadata.annotations : {})) {
    for (const why of qualifiedNameProblems(key.toLowerCase())) problems.push(invalidValue('metadata.annotations', key, why));
    total += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (total > 256 * 1024)
    problems.push({ reason: 'FieldValueTooLong', message: 'Too long: may not be more than 262144 bytes', field: 'metadata.annotations' });
  for (const owner of Array.isArray(metadata.ownerReferences) ? (metadata.ownerReferences as unknown[]) : []) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid']) {
      if (stringAt(owner, field) === '')
        problems.push(
          invalidValue(`metadata.ownerReferences.${field}`, '', field === 'apiVersion' ? 'version must not be empty' : 'must not be empty'),
        );
    }
  }
  const controllers = (Array.isArray(metadata.ownerReferences) ? (metadata.ownerReferences as unknown[]) : []).filter(
    (owner) => at(owner, 'controller') === true,
  );
  if (controllers.length > 1) {
    const names = controllers.map((owner) => `${stringAt(owner, 'kind')}/${stringAt(owner, 'name')}`);
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${names[0]} and ${names[1]}`;
    const problem = invalidValue('metadata.ownerReferences', metadata.ownerReferences, why);
    // Each of the two is told of.
    problems.push(problem, problem);
  }
  const finalizers: unknown[] = Array.isArray(metadata.finalizers) ? metadata.finalizers : [];
  for (const finalizer of finalizers)
    for (const why of qualifiedNameProblems(String(finalizer))) problems.push(invalidValue('metadata.finalizers', String(finalizer), why));
  if (!isCustom) {
    // Only the core validation asks for a domain.
    for (const [i, finalizer] of finalizers.entries()) {
      const text = String(finalizer);
      if (!text.includes('/') && !['orphan', 'foregroundDeletion', 'kubernetes'].includes(text))
        problems.push(
          invalidValue(`metadata.finalizers[${i}]`, text, 'name is neither a standard finalizer name nor is it fully qualified'),
        );
    }
  }
  return problems;
}
