/** Paths as problems show them: `services[0].apiParameters[2].defaultValue`, `endpointConfiguration["my.host"].ports[0]`. */

const PLAIN_KEY = /^[^\s.[\]"]+$/;

/** The path of `key` under `parent`. Keys that would be ambiguous in a dotted path are quoted as JSON text in brackets. */
export function keyPath(parent: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** The path of item `index` (from 0) under `parent`. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/** Takes a path apart: keys as text, indexes as numbers. Undefined if the text is not a path. */
export function parsePath(path: string): (string | number)[] | undefined {
  const segments: (string | number)[] = [];
  let rest = path;
  while (rest !== '') {
    const index = /^\[(\d+)\]/.exec(rest);
    const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
    const key = /^\.?([^\s.[\]"]+)/.exec(rest);
    const match = index ?? quoted ?? key;
    if (!match) return undefined;
    if (index) segments.push(Number(index[1]));
    else if (quoted) {
      const name = readQuoted(quoted[1] ?? '');
      if (name === undefined) return undefined;
      segments.push(name);
    } else segments.push(match[1] ?? '');
    rest = rest.slice(match[0].length);
  }
  return segments;
}

function readQuoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined; // a bracket that only looks quoted: the caller reports "not a path"
  }
}
