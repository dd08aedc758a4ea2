/** What commands print: a table for people, JSON for programs, tab-separated text for pipes. */
export const FORMATS = ['table', 'json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** Column title → how a row fills it. */
export type Columns<Row> = Record<string, (row: Row) => string | number | boolean | undefined>;

/** A list. JSON has the rows as they are, so nothing is lost to the columns. */
export function listText<Row>(rows: readonly Row[], columns: Columns<Row>, format: Format): string {
  if (format === 'json') return jsonText(rows);
  const cells = rows.map((row) => Object.values(columns).map((read) => flat(read(row))));
  if (format === 'text') return cells.map((line) => `${line.join('\t')}\n`).join('');
  if (rows.length === 0) return 'Nothing found.\n';
  return tableText([Object.keys(columns), ...cells]);
}

/** One thing: its members one a line; nested ones below in a table, as JSON in text. */
export function objectText(value: object, format: Format): string {
  if (format === 'json') return jsonText(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (format === 'table') return tree(entries, '');
  return entries.map(([key, member]) => `${key}\t${memberText(member)}\n`).join('');
}

/** Members below each other; the members of a nested object are indented below its name. */
function tree(entries: [string, unknown][], indent: string): string {
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries
    .map(([key, member]) => {
      const nested = isObject(member) ? Object.entries(member).filter(([, one]) => one !== undefined) : [];
      if (nested.length > 0) return `${indent}${key}\n${tree(nested, `${indent}  `)}`;
      const text =
        Array.isArray(member) && !member.some((one) => typeof one === 'object') ? member.map(flat).join(', ') : memberText(member);
      return `${`${indent}${key.padEnd(width)}  ${text}`.trimEnd()}\n`;
    })
    .join('');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function tableText(lines: string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const row = (line: string[]) =>
    `${line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return lines.map(row).join('');
}

function memberText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : flat(value);
}

/** One line, whatever the value holds. */
function flat(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).replaceAll(/\p{Cc}+/gu, ' ');
}
