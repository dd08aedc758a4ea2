/** Paths of the operation table in the router's spelling. */

/** `/service/{id}` → `/service/:id`; `/api-key/{id}:revoke`, a verb behind a parameter, becomes a pattern. */
export function routerPath(path: string): string {
  return trimSlash(
    path
      .split('/')
      .map((segment) => {
        const match = /^\{(\w+)\}(.*)$/.exec(segment);
        if (match === null) return segment;
        const [, name = '', rest = ''] = match;
        return rest === '' ? `:${name}` : `:${name}{[^/]+${rest}}`;
      })
      .join('/'),
  );
}

/** The parameters that `routerPath(path)` found; of one with a verb behind it the pattern takes the verb, too. */
export function withoutVerb(path: string, params: Record<string, string>): Record<string, string> {
  const [, name = '', verb = ''] = /\{(\w+)\}(:\w+)$/.exec(path) ?? [];
  const value = params[name];
  return value === undefined ? params : { ...params, [name]: value.slice(0, -verb.length) };
}

/** Orders templates so that a literal segment is tried before a parameter in the same place. */
export function bySpecificity(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    const difference = Number(one.startsWith('{')) - Number(other.startsWith('{'));
    if (difference !== 0) return difference;
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** The path of a request without its trailing slash (docs/reference/api.md#quirks-of-clients: some clients send one). */
export function normalPath(request: Request): string {
  const { pathname } = new URL(request.url);
  return trimSlash(pathname);
}

function trimSlash(path: string): string {
  let end = path.length;
  while (end > 1 && path.endsWith('/', end)) end -= 1;
  return path.slice(0, end);
}
