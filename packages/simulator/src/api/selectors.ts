import { at, isObject, objectAt, stringAt } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import { badRequest, type FieldProblem, StatusError } from './status.js';

/** A test of an object. */
export type Selector = (object: Stored) => boolean;

const REQUIREMENT =
  /^\s*(?:(!)\s*([^\s=!<>(),]+)|([^\s=!<>(),]+)(?:\s*(==|=|!=|>|<)(?:\s*([^\s=!<>(),]+))?|\s+(in|notin)\s*\(([^)]*)\))?)\s*(?:,|$)/;

/** A label selector: `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`. Throws 400. */
export function labelSelector(text: string): Selector {
  const tests: Selector[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = REQUIREMENT.exec(rest);
    if (!match) throw badRequest(unreadable(rest));
    tests.push(requirement(match));
    rest = rest.slice(match[0].length);
  }
  return (object) => tests.every((test) => test(object));
}

/** Why a requirement cannot be read (apimachinery labels parser). */
function unreadable(text: string): string {
  const [key = '', ...rest] = text.split(/\s+/);
  if (!/^[\w./-]/.test(key)) return `found '${text[0]}', expected: !, identifier, or 'end of string'`;
  const operator = rest[0] ?? '';
  if (operator === 'in' || operator === 'notin') return `unable to parse requirement: found '${rest[1] ?? ''}' expected: '('`;
  return `unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`;
}

const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function checkValue(key: string, value: string): void {
  if (!VALUE.test(value))
    throw badRequest(`unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${VALUE_RULE}`);
}

function requirement(match: RegExpExecArray): Selector {
  const [, not, absent, key = '', operator, value = '', membership, members = ''] = match;
  const label = (name: string) => (object: Stored) => objectAt(object, 'metadata', 'labels')[name];
  if (not) return (object) => label(absent ?? '')(object) === undefined;
  const read = label(key);
  for (const one of membership ? members.split(',').map((member) => member.trim()) : [value]) checkValue(key, one);
  if (membership) {
    const wanted = new Set(members.split(',').map((one) => one.trim()));
    return (object) => {
      const found = read(object);
      return membership === 'in' ? typeof found === 'string' && wanted.has(found) : typeof found !== 'string' || !wanted.has(found);
    };
  }
  switch (operator) {
    case undefined:
      return (object) => read(object) !== undefined;
    case '!=':
      return (object) => read(object) !== value;
    case '>':
      return (object) => Number(read(object)) > Number(value);
    case '<':
      return (object) => Number(read(object)) < Number(value);
    default:
      return (object) => read(object) === value;
  }
}

const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];

/** Fields besides name and namespace that a kind can be selected by. */
const FIELDS: Record<string, string[]> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: EVENT_FIELDS,
  Namespace: ['status.phase'],
  Secret: ['type'],
  Node: ['spec.unschedulable'],
  Job: ['status.successful'],
  ReplicaSet: ['status.replicas'],
  Service: ['spec.clusterIP', 'spec.type'],
};

/** A field selector: `metadata.name=x,status.phase!=Running`. Throws 400 for fields that the kind cannot be selected by. */
function fieldSelector(kind: Kind, text: string): Selector {
  const tests = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one): Selector => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(one);
      if (!match) throw badRequest(`invalid selector: '${one}'; can't understand '${one}'`);
      const [, field = '', operator, value = ''] = match;
      const allowed =
        field === 'metadata.name' || (field === 'metadata.namespace' && kind.namespaced) || FIELDS[kind.kind]?.includes(field);
      if (!allowed) throw badRequest(unknownField(kind, field));
      return (object) => (readField(object, field) === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

function unknownField(kind: Kind, field: string): string {
  if (kind.custom || FIELDS[kind.kind]) return `field label not supported: ${field}`;
  const known = kind.namespaced ? '"metadata.name", "metadata.namespace"' : '"metadata.name"';
  return `${JSON.stringify(field)} is not a known field selector: only ${known}`;
}

function readField(object: Stored, field: string): string {
  if (field === 'source') return stringAt(object, 'source', 'component') || stringAt(object, 'reportingComponent');
  const path = field.split('.');
  const found = at(object, ...path);
  // Events stored through the other group name their object differently.
  if (found === undefined && field.startsWith('involvedObject.')) return stringAt(object, 'regarding', path[1] ?? '');
  return found === undefined || found === null || isObject(found) ? '' : String(found);
}

/** Both selectors of a list or watch. Throws 400. */
export function selectorOf(kind: Kind, query: URLSearchParams): Selector {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(kind, query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

/** 422 for list options that contradict each other. */
export function invalidListOptions(problems: FieldProblem[]): StatusError {
  const list = problems.map((problem) => `${problem.field}: ${problem.message}`);
  return new StatusError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${list.length === 1 ? list[0] : `[${list.join(', ')}]`}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
