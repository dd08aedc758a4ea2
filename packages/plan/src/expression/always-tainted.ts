import type { Expression, PathSegment } from './expression.js';

/** Values of `$sys` that were captured from tenant objects when the snapshot was taken. */
export const TAINTED_SYSTEM_PATHS = [
  ['restore', 'metadata'],
  ['snapshot', 'metadata'],
];

/** True if every value that the expression can have was read from an object which the tenant can write. */
export function isAlwaysTainted(expression: Expression): boolean {
  if (expression.type === 'literal') return false;
  if (expression.type === 'call') {
    const given = expression.arguments.map(isAlwaysTainted);
    // `default` chooses one of its arguments.
    return expression.name === 'default' ? given.length > 0 && given.every(Boolean) : given.includes(true);
  }
  if (expression.root === 'tasks') return true;
  const isSystem = expression.root === 'sys' || (expression.root === 'resource' && expression.scope === 'sys');
  return isSystem ? touches(expression.path, TAINTED_SYSTEM_PATHS) : expression.root === 'resource' && expression.scope === 'out';
}

/** True if the path leads to one of the marked places, or into or above it. */
export function touches(path: readonly PathSegment[], marked: readonly (readonly string[])[]): boolean {
  return marked.some((keys) =>
    keys.every((key, position) => {
      const segment = path[position];
      return segment === undefined || 'each' in segment || 'list' in segment || ('key' in segment && segment.key === key);
    }),
  );
}
