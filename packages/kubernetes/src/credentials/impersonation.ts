import type { Impersonation } from './access.js';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;

/**
 * The identity of a call that impersonates a user by name. The API server adds no groups to an impersonated service account by
 * itself when groups are asked for elsewhere, so those that its own token would carry are named here.
 */
export function impersonationOf(user: string): Impersonation {
  const namespace = SERVICE_ACCOUNT.exec(user)?.[1];
  if (namespace === undefined) return { user };
  return { user, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] };
}

/** Impersonate-* headers (Kubernetes "User impersonation"). Keys of extra fields are percent-encoded, as the API server expects. */
export function impersonationHeaders(who: Impersonation): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'impersonate-user': who.user };
  if (who.uid !== undefined) headers['impersonate-uid'] = who.uid;
  if (who.groups !== undefined) headers['impersonate-group'] = who.groups;
  for (const [key, values] of Object.entries(who.extra ?? {})) headers[`impersonate-extra-${encodeURIComponent(key)}`] = values;
  return headers;
}
