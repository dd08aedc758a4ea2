/** What commands print: a table for people, JSON for programs, tab-separated text for pipes. */
import { fit } from './progress/fit.js';

export const FORMATS = ['table', 'json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** Column title → how a row fills it. */
export type Columns<Row> = Record<string, (row: Row) => string | number | boolean | undefined>;

/** A list. JSON has the rows as they are, so nothing is lost to the columns. */
export function listText<Row>(rows: readonly Row[], columns: Columns<Row>, format: Format, width?: number): string {
  if (format === 'json') return jsonText(rows);
  const cells = rows.map((row) => Object.values(columns).map((read) => flat(read(row))));
  if (format === 'text') return cells.map((line) => `${line.join('\t')}\n`).join('');
  if (rows.length === 0) return 'Nothing found.\n';
  return tableText([Object.keys(columns), ...cells], width);
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

/** With a width, long cells are cut until a line fits. */
function tableText(lines: string[][], width: number | undefined): string {
  const natural = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const widths = width === undefined ? natural : fitted(natural, lines[0] ?? [], width);
  const row = (line: string[]) =>
    `${widths
      .map((room, column) => fit(line[column] ?? '', room).padEnd(room))
      .join('  ')
      .trimEnd()}\n`;
  return lines.map(row).join('');
}

/** A column is not made narrower than this. Characters. */
const NARROWEST = 8;

/**
 * Widths that fit: the widest column gives way first; the first one, which is pasted elsewhere, stays whole. Where that is not
 * enough the last columns are left out.
 */
function fitted(natural: readonly number[], titles: readonly string[], width: number): number[] {
  const widths = [...natural];
  const least = (column: number) =>
    column === 0 ? (natural[0] ?? 0) : Math.min(natural[column] ?? 0, Math.max(NARROWEST, titles[column]?.length ?? 0));
  const total = () => widths.reduce((sum, one) => sum + one + 2, -2);
  for (;;) {
    if (total() <= width || widths.length === 1) return widths;
    const room = widths.map((one, column) => one - least(column));
    const widest = widths.reduce(
      (best, one, column) => ((room[column] ?? 0) > 0 && (best < 0 || one > (widths[best] ?? 0)) ? column : best),
      -1,
    );
    if (widest < 0) widths.pop();
    else widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function memberText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : flat(value);
}

/** One line, whatever the value holds. */
function flat(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).replaceAll(/\p{Cc}+/gu, ' ');
}

/** Several lines, of which nothing but their ends moves the cursor. */
export function plainLines(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}
