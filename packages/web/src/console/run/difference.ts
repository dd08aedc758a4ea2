/** What differs between two values, path by path. Pure. */

export interface Difference {
  /** `conditions[0].status`; empty: the values themselves. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** In the order of their paths. Objects and lists are compared member by member. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (Object.is(before, after)) return [];
  const [one, other] = [membersOf(before), membersOf(after)];
  if (one === undefined || other === undefined || Array.isArray(before) !== Array.isArray(after)) {
    const [was, is] = [shown(before), shown(after)];
    return was === is ? [] : [{ path, before: was, after: is }];
  }
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) =>
    differences(one[key], other[key], Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

function membersOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
