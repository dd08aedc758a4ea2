/** A line whose indentation fits no block around it. Lines and columns count from 1 and 0. */
export interface Slip {
  line: number;
  indent: number;
  /** Where its neighbours stand, and the first of them. */
  wanted: number;
  neighbour: number;
}

interface Open {
  column: number;
  line: number;
  /** What stands in the column: items of a list (`- `), or keys. Items may stand in the column of the key that they belong to. */
  items: boolean;
}

const STRUCTURAL = /^(?:- |-$|(?:(?:"[^"]*"|'[^']*')\s*|[^\s#'"{[&*!|>%@`-][^#]*?|-[^\s#][^#]*?):(?:\s|$))/;
const OPENS = /(?::|-)\s*(?:[&!][^\s#]+(?:\s+|$))*(?:#.*)?$/;
const BLOCK_SCALAR = /(?::|-)\s+(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/;

/** Characters of a line that is looked at; nobody misses a space in a longer one. */
const LONGEST = 1_000;

/**
 * Lines that begin a key or an item and stand in no column that a block around them has. A reading of lines, not of YAML: it is
 * asked only where YAML cannot be read, to say which line is meant. Lines below `upTo` (from 1) are not looked at.
 */
export function indentationSlips(text: string, upTo = Number.POSITIVE_INFINITY): Slip[] {
  const slips: Slip[] = [];
  const open: Open[] = [];
  let skipDeeperThan: number | undefined;
  let mayDeepen = true;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (index >= upTo) break;
    const content = raw.trimStart();
    if (content.length > LONGEST) continue;
    const indent = raw.length - content.length;
    if (content === '' || content.startsWith('#')) continue;
    if (skipDeeperThan !== undefined && indent > skipDeeperThan) continue;
    skipDeeperThan = BLOCK_SCALAR.test(content) ? indent : undefined;
    if (!STRUCTURAL.test(content)) continue;
    const line = index + 1;
    const left: Open[] = [];
    while (open.length > 0 && (open.at(-1)?.column ?? 0) > indent) left.unshift(open.pop() as Open);
    const around = open.at(-1);
    const isItem = /^-(?:\s|$)/.test(content);
    const amongKeys = around?.column === indent && isItem && !around.items && !mayDeepen;
    const fits = around === undefined ? left.length === 0 : (around.column === indent && !amongKeys) || (left.length === 0 && mayDeepen);
    if (!fits) {
      const neighbour = (amongKeys ? open.findLast(({ items }) => items) : left[0]) ?? around ?? { column: 0, line };
      slips.push({ line, indent, wanted: neighbour.column, neighbour: neighbour.line });
      // What follows is judged as if the line stood where it belongs.
      open.push(...left);
      mayDeepen = OPENS.test(content);
      continue;
    }
    if (around?.column !== indent) open.push({ column: indent, line, items: isItem });
    else around.items = isItem;
    let inner = content;
    let column = indent;
    for (let dash = /^-\s+/.exec(inner); dash; dash = /^-\s+/.exec(inner)) {
      column += dash[0].length;
      inner = inner.slice(dash[0].length);
      if (STRUCTURAL.test(inner)) open.push({ column, line, items: inner.startsWith('- ') });
    }
    mayDeepen = OPENS.test(content);
  }
  return slips;
}
