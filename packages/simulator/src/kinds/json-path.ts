import { isObject } from '../json.js';

const STEP =
  /^(?:\.([A-Za-z0-9_-]+(?:\\\.[A-Za-z0-9_/-]+)*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|\[\*\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\])/;

/**
 * Values at a JSONPath of the subset that printer columns and scale paths use: fields, quoted fields, indexes, `[*]`,
 * `[?(@.key=="value")]`. An unreadable path finds nothing.
 */
export function readJsonPath(value: unknown, path: string): unknown[] {
  let rest = path.replace(/^\{|\}$/g, '').replace(/^\$/, '');
  if (!rest.startsWith('.') && !rest.startsWith('[')) rest = `.${rest}`;
  let found: unknown[] = [value];
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) return [];
    const [whole, field, quoted, index, key, wanted] = match;
    rest = rest.slice(whole.length);
    const name = field?.replaceAll('\\.', '.') ?? quoted?.replace(/\\(.)/g, '$1');
    found = found.flatMap((one) => {
      if (name !== undefined) return isObject(one) && Object.hasOwn(one, name) ? [one[name]] : [];
      if (!Array.isArray(one)) return [];
      if (index !== undefined) return Number(index) < one.length ? [one[Number(index)] as unknown] : [];
      if (key === undefined) return one as unknown[];
      return one.filter((item) => String(readJsonPath(item, `.${key}`)[0]) === wanted) as unknown[];
    });
  }
  return found;
}
