import type { Impersonation } from './access.js';

/**
 * Impersonate-* headers (Kubernetes "User impersonation"). Keys of extra fields are percent-encoded, as the API server expects.
 * A service account without groups gets those of its own token from the API server: who asks for groups must be allowed to impersonate
 * groups, and whoever may do that can be `system:masters`.
 */
export function impersonationHeaders(who: Impersonation): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'impersonate-user': who.user };
  if (who.uid !== undefined) headers['impersonate-uid'] = who.uid;
  if (who.groups !== undefined) headers['impersonate-group'] = who.groups;
  for (const [key, values] of Object.entries(who.extra ?? {})) headers[`impersonate-extra-${encodeURIComponent(key)}`] = values;
  return headers;
}
