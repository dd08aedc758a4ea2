import type { User } from '../api/cell.js';
import { arrayAt, isObject } from '../json.js';

/** Whom RBAC's own checks let pass: the cell's token, and the group that may do everything. */
export function isPrivileged(user: User): boolean {
  return user.isAdmin || user.groups.includes('system:masters');
}

/** One verb on one resource (of one name), or on one path. */
interface SimpleRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
  nonResourceURLs: string[];
}

const texts = (rule: unknown, field: string) => arrayAt(rule, field).map(String);

/** The parts of `wanted` that no rule of `held` covers, verbs of the same resource together (component-helpers rbac/validation `Covers`). */
export function missingRules(held: unknown[], wanted: unknown[]): SimpleRule[] {
  const missing = wanted.flatMap(simpleRules).filter((rule) => !held.some((have) => covers(have, rule)));
  const compact: SimpleRule[] = [];
  for (const rule of missing) {
    const same = compact.find(
      (one) =>
        rule.nonResourceURLs.length === 0 &&
        one.nonResourceURLs.length === 0 &&
        one.apiGroups[0] === rule.apiGroups[0] &&
        one.resources[0] === rule.resources[0] &&
        one.resourceNames[0] === rule.resourceNames[0],
    );
    if (same) same.verbs.push(...rule.verbs);
    else compact.push(rule);
  }
  return compact;
}

function simpleRules(rule: unknown): SimpleRule[] {
  if (!isObject(rule)) return [];
  const verbs = texts(rule, 'verbs');
  const names = texts(rule, 'resourceNames');
  const onResources = texts(rule, 'apiGroups').flatMap((group) =>
    texts(rule, 'resources').flatMap((resource) =>
      verbs.flatMap((verb) =>
        (names.length > 0 ? names.map((name) => [name]) : [[]]).map((resourceNames) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          resourceNames,
          nonResourceURLs: [],
        })),
      ),
    ),
  );
  const onPaths = texts(rule, 'nonResourceURLs').flatMap((path) =>
    verbs.map((verb) => ({ verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [path] })),
  );
  return [...onResources, ...onPaths];
}

function covers(have: unknown, rule: SimpleRule): boolean {
  const has = (field: string, wanted: string[]) => {
    const list = texts(have, field);
    return list.includes('*') || wanted.every((one) => list.includes(one));
  };
  const resources = texts(have, 'resources');
  const reaches = (path: string) =>
    resources.includes('*') ||
    resources.includes(path) ||
    (path.includes('/') && resources.includes(`*/${path.split('/').slice(1).join('/')}`));
  const urls = texts(have, 'nonResourceURLs');
  const opens = (path: string) =>
    urls.some((one) => one === path || (one.endsWith('*') && path.startsWith(one.replace(/(?<!\*)\*+$/, ''))));
  const names = texts(have, 'resourceNames');
  const named = names.length === 0 || (rule.resourceNames.length > 0 && rule.resourceNames.every((one) => names.includes(one)));
  return (
    has('verbs', rule.verbs) &&
    has('apiGroups', rule.apiGroups) &&
    rule.resources.every(reaches) &&
    rule.nonResourceURLs.every(opens) &&
    named
  );
}

const SHOWN: [field: keyof SimpleRule, name: string][] = [
  ['apiGroups', 'APIGroups'],
  ['resources', 'Resources'],
  ['nonResourceURLs', 'NonResourceURLs'],
  ['resourceNames', 'ResourceNames'],
  ['verbs', 'Verbs'],
];

/** A rule as Go prints it: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function printRule(rule: SimpleRule): string {
  const parts = SHOWN.filter(([field]) => rule[field].length > 0).map(
    ([field, name]) => `${name}:[${rule[field].map((one) => JSON.stringify(one)).join(' ')}]`,
  );
  return `{${parts.join(', ')}}`;
}
