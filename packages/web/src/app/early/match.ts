/** Which page an address opens, before the router is there. Pure. */

export interface Match {
  /** As the router writes it: `/instances/$instanceId`. */
  path: string;
  /** What stands in the place of the names, in their order. */
  params: string[];
}

/** Paths without names win over those with them. Undefined: no page is at this address. */
export function matchOf(pathname: string, paths: readonly string[]): Match | undefined {
  const asked = partsOf(pathname);
  const fitting = paths.filter((path) => {
    const parts = partsOf(path);
    return parts.length === asked.length && parts.every((part, index) => part.startsWith('$') || part === asked[index]);
  });
  const names = (path: string) => partsOf(path).filter((part) => part.startsWith('$')).length;
  const [path] = fitting.toSorted((one, other) => names(one) - names(other));
  if (path === undefined) return undefined;
  return { path, params: partsOf(path).flatMap((part, index) => (part.startsWith('$') ? [decodeURIComponent(asked[index] ?? '')] : [])) };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
