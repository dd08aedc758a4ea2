/** A value of JSON as YAML that people read. Pure. */

/** Texts that YAML would read as something else, or not at all, stand in quotes. */
const PLAIN = /^[A-Za-z_/.][\w ./@%+=,:-]*$/;
const WORDS = /^(true|false|null|yes|no|on|off|~)$/i;

/** A Kubernetes object with what says which one it is before the rest; other values as they are. */
export function inReadingOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { apiVersion, kind, metadata, spec, ...others } = value as Record<string, unknown>;
  return { apiVersion, kind, metadata: namedFirst(metadata), ...(spec === undefined ? {} : { spec }), ...others };
}

function namedFirst(metadata: unknown): unknown {
  if (typeof metadata !== 'object' || metadata === null) return metadata;
  const { name, namespace, ...others } = metadata as Record<string, unknown>;
  return { name, namespace, ...others };
}

export function yamlText(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.length === 0 ? `${indent}[]\n` : value.map((item) => `${indent}- ${inner(item, indent)}`).join('');
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return `${indent}{}\n`;
    return members.map(([key, member]) => `${indent}${scalar(key)}:${after(member, indent)}`).join('');
  }
  return `${indent}${scalar(value)}\n`;
}

/** What stands behind a key. */
function after(value: unknown, indent: string): string {
  if (!isNested(value)) return block(value, indent) ?? ` ${emptyOf(value) ?? scalar(value)}\n`;
  return `\n${yamlText(value, `${indent}  `)}`;
}

/** What stands behind the dash of a list: the first line without its indentation. */
function inner(value: unknown, indent: string): string {
  return isNested(value) ? yamlText(value, `${indent}  `).slice(indent.length + 2) : `${emptyOf(value) ?? scalar(value)}\n`;
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function emptyOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? '[]' : '{}';
}

/** A text of several lines. */
function block(value: unknown, indent: string): string | undefined {
  if (typeof value !== 'string' || !/\n./.test(value) || value.startsWith(' ')) return undefined;
  const lines = value.replace(/\n$/, '').split('\n');
  return ` |${value.endsWith('\n') ? '' : '-'}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}\n`;
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const isPlain = PLAIN.test(value) && !WORDS.test(value) && !/: |:$| #|\s$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}
