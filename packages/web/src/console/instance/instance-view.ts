/** Which part of an instance's page is shown; it stands in the page's address. Pure. */
export const INSTANCE_TABS = ['overview', 'nodes', 'logs', 'change', 'history', 'drift', 'debug'] as const;
export type InstanceTab = (typeof INSTANCE_TABS)[number];

export interface InstanceView {
  tab?: InstanceTab;
  /** Whose log is shown. */
  node?: string;
  container?: string;
}

export function instanceViewOf({ tab, node, container }: Record<string, unknown>): InstanceView {
  const found = INSTANCE_TABS.find((one) => one === tab);
  if (found === undefined || found === 'overview') return {};
  const isChosen = (name: unknown): name is string => found === 'logs' && typeof name === 'string' && name !== '';
  return { tab: found, ...(isChosen(node) ? { node } : {}), ...(isChosen(container) ? { container } : {}) };
}
