/** Which part of an instance's page is shown; it stands in the page's address. Pure. */
export const INSTANCE_TABS = ['overview', 'nodes', 'change', 'history', 'drift', 'debug'] as const;
export type InstanceTab = (typeof INSTANCE_TABS)[number];

export function instanceViewOf({ tab }: Record<string, unknown>): { tab?: InstanceTab } {
  const found = INSTANCE_TABS.find((one) => one === tab);
  return found === undefined || found === 'overview' ? {} : { tab: found };
}
