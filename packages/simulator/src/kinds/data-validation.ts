import { type FieldProblem, invalidValue, jsonProblem, requiredValue } from '../api/status.js';
import { objectAt, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
/** Bytes that the values of one object may have together. */
const MOST_BYTES = 1024 * 1024;

/** Keys, sizes and types of ConfigMaps and Secrets (k8s.io/kubernetes pkg/apis/core/validation). */
export function configMapProblems(object: Stored): FieldProblem[] {
  const [data, binary] = [objectAt(object, 'data'), objectAt(object, 'binaryData')];
  const bytes = sum(Object.values(data).map((value) => Buffer.byteLength(String(value)))) + sum(Object.values(binary).map(decodedLength));
  return [
    ...Object.keys(data).flatMap((key) => [
      ...keyProblems('data', key),
      ...(Object.hasOwn(binary, key) ? [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
    ]),
    ...Object.keys(binary).flatMap((key) => keyProblems('binaryData', key)),
    // The whole object, as Go prints an empty path.
    ...tooLong('[]', bytes),
  ];
}

/** The same of a Secret, and the keys that its type asks for. */
export function secretProblems(secret: Stored): FieldProblem[] {
  const data = objectAt(secret, 'data');
  return [
    ...Object.keys(data).flatMap((key) => keyProblems('data', key)),
    ...tooLong('data', sum(Object.values(data).map(decodedLength))),
    ...typeProblems(secret, data),
  ];
}

function keyProblems(field: string, key: string): FieldProblem[] {
  const why = [
    ...(Buffer.byteLength(key) > 253 ? ['must be no more than 253 characters'] : []),
    ...(KEY.test(key) ? [] : [KEY_RULE]),
    ...(key === '.' || key === '..' ? [`must not be '${key}'`] : key.startsWith('..') ? ["must not start with '..'"] : []),
  ];
  return why.map((one) => invalidValue(`${field}[${key}]`, key, one));
}

function tooLong(field: string, bytes: number): FieldProblem[] {
  if (bytes <= MOST_BYTES) return [];
  return [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MOST_BYTES} bytes`, field }];
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
const decodedLength = (value: unknown) => Buffer.byteLength(String(value), 'base64');

/** Keys that all must be there, by the secret's type. */
const NEEDED: Record<string, string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

function typeProblems(secret: Stored, data: Record<string, unknown>): FieldProblem[] {
  const type = stringAt(secret, 'type');
  const required = (key: string) => requiredValue(`data[${key}]`);
  if (type === 'kubernetes.io/service-account-token') {
    const name = 'kubernetes.io/service-account.name';
    return objectAt(secret, 'metadata', 'annotations')[name] ? [] : [requiredValue(`metadata.annotations[${name}]`)];
  }
  if (type === 'kubernetes.io/basic-auth')
    return data['username'] === undefined && data['password'] === undefined ? ['username', 'password'].map(required) : [];
  if (type === 'kubernetes.io/ssh-auth') return data['ssh-privatekey'] ? [] : [required('ssh-privatekey')];
  const needed = NEEDED[type] ?? [];
  const missing = needed.filter((key) => data[key] === undefined);
  if (missing.length > 0 || type === 'kubernetes.io/tls') return missing.map(required);
  return needed.flatMap((key) => {
    const text = Buffer.from(String(data[key]), 'base64').toString('utf8');
    try {
      JSON.parse(text);
      return [];
    } catch (error) {
      return [invalidValue(`data[${key}]`, '<secret contents redacted>', jsonProblem(text, error))];
    }
  });
}
