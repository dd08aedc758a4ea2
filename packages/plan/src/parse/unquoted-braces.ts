import { Lexer } from 'yaml';
import { cut } from '../cut.js';
import type { Finding } from './report.js';

/** A value that begins with `{{` and has no quotes: YAML takes it for a map in a map. */
export interface UnquotedBraces {
  /** From and to, in the text. */
  from: number;
  to: number;
  /** As the author wrote it. */
  source: string;
}

/** Markers of the lexer that stand for no text: document, end of a broken flow, scalar. */
const MARKERS = new Set(['\u0002', '\u0018', '\u001f']);
const ROUNDS = 5;
/** Characters of such a value that are looked at. */
const LONGEST = 2000;

/**
 * Values in braces without quotes, and the text with plain words of the same length in their places, so that the rest of it can be
 * read. What comes after such a value may only be seen once it is out of the way, hence the rounds.
 */
export function withoutUnquotedBraces(text: string): { text: string; found: UnquotedBraces[] } {
  const found: UnquotedBraces[] = [];
  if (!text.includes('{{')) return { text, found };
  let masked = text;
  for (let round = 0; round < ROUNDS; round++) {
    const here = findIn(masked);
    if (here.length === 0) break;
    const pieces: string[] = [];
    let done = 0;
    for (const { from, to } of here) {
      pieces.push(masked.slice(done, from), 'x'.repeat(to - from));
      done = to;
      found.push({ from, to, source: text.slice(from, to) });
    }
    masked = pieces.join('') + masked.slice(done);
  }
  return { text: masked, found };
}

function findIn(text: string): UnquotedBraces[] {
  const found: UnquotedBraces[] = [];
  let offset = 0;
  let depth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (MARKERS.has(lexeme)) {
      if (lexeme === '\u0018') depth = 0;
      continue;
    }
    const from = offset;
    offset += lexeme.length;
    if (found.length > 0 && from < (found.at(-1)?.to ?? 0)) continue;
    if (lexeme === '{' && text.startsWith('{{', from)) {
      const to = endOf(text, from, depth > 0);
      if (to !== undefined) {
        found.push({ from, to, source: text.slice(from, to) });
        continue;
      }
    }
    if (lexeme === '{' || lexeme === '[') depth += 1;
    if (lexeme === '}' || lexeme === ']') depth = Math.max(0, depth - 1);
  }
  return found;
}

/** Where the value ends: with its line, or with what ends an item in a flow; undefined if its braces are not closed on the line. */
function endOf(text: string, from: number, inFlow: boolean): number | undefined {
  const window = text.slice(from, from + LONGEST);
  const newline = window.indexOf('\n');
  const line = newline === -1 ? window : window.slice(0, newline);
  const closed = line.indexOf('}}');
  if (closed === -1) return undefined;
  let to = closed + 2;
  for (;;) {
    const rest = line.slice(to);
    const stop = /\s#|:(\s|$)/.exec(rest)?.index ?? rest.length;
    const flowStop = inFlow ? (/[,\]}]|\{\{/.exec(rest)?.index ?? rest.length) : rest.length;
    const further = rest.slice(0, Math.min(stop, flowStop));
    to += further.length;
    // A second expression of the same value.
    const again = inFlow && line.startsWith('{{', to) ? line.indexOf('}}', to) : -1;
    if (again === -1) break;
    to = again + 2;
  }
  return from + line.slice(0, to).trimEnd().length;
}

/** What is said of it. */
export function unquotedFinding({ source }: Pick<UnquotedBraces, 'source'>): Finding {
  const shown = cut(source, 80);
  return {
    code: 'unquoted-braces',
    message: `\`${shown}\` is not quoted: to YAML a \`{\` begins a map.`,
    cure: `Quote it: ${source.includes('"') ? `'${shown.replaceAll("'", "''")}'` : `"${shown}"`}.`,
  };
}
