/** The API group of an apiVersion such as `apps/v1`; empty for the core group, whose apiVersion is `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether a kind of this apiVersion is a custom resource: groups of Kubernetes itself have no dot, or end in `.k8s.io`. */
export function isCustomGroup(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return group.includes('.') && !group.endsWith('.k8s.io');
}
