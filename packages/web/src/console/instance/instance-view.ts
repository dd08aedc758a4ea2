/** Which part of an instance's page is shown, and what is open over it; it stands in the page's address. Pure. */
export const INSTANCE_TABS = ['overview', 'operations', 'nodes', 'metrics', 'logs', 'change', 'history', 'drift', 'debug'] as const;
export type InstanceTab = (typeof INSTANCE_TABS)[number];

export interface InstanceView {
  tab?: InstanceTab;
  /** Whose log is shown. */
  node?: string;
  container?: string;
  /** What is to be restored: the id of a snapshot, or `moment`. */
  restore?: string;
  /** The operation of the plan's own whose form is open. */
  form?: string;
  /** The call of one that is shown. */
  call?: string;
}

const named = (name: unknown): name is string => typeof name === 'string' && name !== '';

export function instanceViewOf({ tab, node, container, restore, form, call }: Record<string, unknown>): InstanceView {
  const found = INSTANCE_TABS.find((one) => one === tab) ?? 'overview';
  const part = found === 'overview' ? {} : { tab: found };
  if (found === 'logs') return { ...part, ...(named(node) ? { node } : {}), ...(named(container) ? { container } : {}) };
  if (found === 'operations') return { ...part, ...(named(form) ? { form } : {}), ...(named(call) ? { call } : {}) };
  return { ...part, ...(found === 'overview' && named(restore) ? { restore } : {}) };
}
