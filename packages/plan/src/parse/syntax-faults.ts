import { type Document, Lexer, LineCounter } from 'yaml';
import type { Position } from '../problem.js';
import { indentationSlips } from './indentation.js';
import { colonFault, oddSpaceFault } from './line-faults.js';
import { readDocuments } from './read-yaml.js';
import { adviceFor } from './yaml-advice.js';
import type { SyntaxFault, YamlError } from './yaml-error.js';

/** Faults that are told, at most. */
const MOST = 20;
/** Characters that are read, at most: each fault costs a reading of the whole text, the first one of a large text too. */
const READ_AT_MOST = 500_000;
const TAB = 'yaml-tab-as-indent';
const MARKERS = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * Faults of a text that is no YAML, each once. A fault ends its block: the parser's further errors in there follow from the first.
 * So the block is taken out, and what is left is read again.
 */
export function syntaxFaults(text: string, documents: readonly Document[], lines: LineCounter): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  let rest = text;
  let widened = 0;
  const rounds = Math.min(3 * MOST, Math.max(1, Math.floor(READ_AT_MOST / Math.max(1, text.length))));
  for (let round = 0; round < rounds && faults.length < MOST; round++) {
    const error = round === 0 ? firstOf(documents, lines) : firstError(rest);
    // So long a key is what is left of a block that lost its beginning: the fault of that is told.
    if (error === undefined || (error.code === 'KEY_OVER_1024_CHARS' && faults.length > 0)) break;
    const fault = faultOf(rest, error);
    // All tabs are told of at once, and whatever else is said of such a text follows from them.
    if (fault.code === TAB) return [...faults, fault];
    const last = faults.at(-1);
    if (last === undefined || fault.position.line > last.position.line) {
      faults.push(fault);
      widened = 0;
    } else if (++widened > 3) break;
    if (round + 1 === rounds) break;
    const next = withoutBlock(rest, Math.min(fault.position.line, error.line), widened);
    if (next === rest) break;
    rest = next;
  }
  return faults;
}

function firstError(text: string): YamlError | undefined {
  const lines = new LineCounter();
  return firstOf(readDocuments(text, lines), lines);
}

function firstOf(documents: readonly Document[], lines: LineCounter): YamlError | undefined {
  let first: Document['errors'][number] | undefined;
  for (const { errors } of documents) for (const error of errors) if (first === undefined || error.pos[0] < first.pos[0]) first = error;
  if (first === undefined) return undefined;
  const { line, col } = lines.linePos(first.pos[0]);
  return { offset: first.pos[0], line: Math.max(1, line), column: Math.max(1, col), code: first.code, message: first.message };
}

function faultOf(text: string, error: YamlError): SyntaxFault {
  return (
    tabFault(text, error) ??
    oddSpaceFault(text, error) ??
    openFault(text, error) ??
    slipFault(text, error) ??
    colonFault(text, error) ??
    plainFault(error)
  );
}

function plainFault({ line, column, code, message }: YamlError): SyntaxFault {
  return {
    code: `yaml-${code.toLowerCase().replaceAll('_', '-')}`,
    position: { line, column },
    message: message.replace(/closing (["'])quote/, 'closing $1').replace(/\.?$/, '.'),
    cure: adviceFor(code),
  };
}

/** Tabs before the first word of a line: YAML forbids them, and says odd things about the lines around. */
function tabFault(text: string, error: YamlError): SyntaxFault | undefined {
  const lines = text.split('\n');
  const tabbed = lines.flatMap((line, index) => (/^ *\t\s*\S/.test(line) ? [index + 1] : []));
  const at = tabbed.find((line) => line >= error.line - 1);
  if (at === undefined || (at > error.line + 1 && error.code !== 'TAB_AS_INDENT')) return undefined;
  const further = tabbed.filter((line) => line > at).length;
  return {
    code: TAB,
    position: { line: at, column: (lines[at - 1]?.indexOf('\t') ?? 0) + 1 },
    message: `The line is indented with a tab, which YAML does not allow${further === 0 ? '' : `; ${further} more ${further === 1 ? 'line is' : 'lines are'} too`}.`,
    cure: 'Indent with spaces.',
  };
}

/** A bracket or a quote that is not closed: the error is noticed far below, or makes hundreds of others. */
function openFault(text: string, error: YamlError): SyntaxFault | undefined {
  const open: { bracket: string; offset: number }[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '\u0018') break;
    if (MARKERS.has(lexeme)) continue;
    const at = offset;
    offset += lexeme.length;
    const [quote] = lexeme;
    if (
      (quote === '"' || quote === "'") &&
      lexeme.includes('\n') &&
      (lexeme.length < 2 || lexeme.at(-1) !== quote || isJustAfter(text, offset, error))
    ) {
      return unclosed('quote', quote, quote, placeAt(text, at), lineAt(text, at));
    }
    if (lexeme === '[' || lexeme === '{') open.push({ bracket: lexeme, offset: at });
    if (lexeme !== ']' && lexeme !== '}') continue;
    const top = open.at(-1);
    if (top !== undefined && (top.bracket === '[') !== (lexeme === ']')) break;
    open.pop();
  }
  const top = open.at(-1);
  if (top === undefined || top.offset > error.offset) return undefined;
  return unclosed('bracket', top.bracket, top.bracket === '[' ? ']' : '}', placeAt(text, top.offset), lineAt(text, top.offset));
}

function unclosed(what: 'bracket' | 'quote', sign: string, closing: string, position: Position, line: string): SyntaxFault {
  const shown = line.trim();
  return {
    code: `yaml-unclosed-${what}`,
    position,
    message: `This \`${sign}\` is not closed where it should be.`,
    cure:
      shown.endsWith(sign) || shown.length > 60
        ? `Add the missing \`${closing}\`.`
        : `Add the missing \`${closing}\`, probably at the end of this line: \`${shown}${closing}\`.`,
  };
}

/** True if an error stands right behind a quoted text that goes over several lines, on the line where that ends. */
function isJustAfter(text: string, end: number, error: YamlError): boolean {
  const newline = text.indexOf('\n', end);
  return error.offset >= end - 1 && error.offset <= (newline === -1 ? text.length : newline) && text.slice(end, newline).trim() !== '';
}

function slipFault(text: string, error: YamlError): SyntaxFault | undefined {
  const slip = indentationSlips(text, error.line + 1).find(({ line }) => Math.abs(line - error.line) <= 1);
  if (slip === undefined) return undefined;
  return {
    code: 'yaml-bad-indent',
    position: { line: slip.line, column: slip.indent + 1 },
    message: `The line is indented by ${spaces(slip.indent)}, which fits no block around it; what stands in line ${slip.neighbour} is ${slip.wanted === 0 ? 'not indented' : `indented by ${spaces(slip.wanted)}`}.`,
    cure: `${slip.wanted === 0 ? 'Do not indent it' : `Indent it by ${spaces(slip.wanted)}`}, like line ${slip.neighbour}, or like the block that it belongs to.`,
  };
}

function spaces(count: number): string {
  return count === 0 ? 'no space' : `${count} ${count === 1 ? 'space' : 'spaces'}`;
}

/** Blanks a line and what is indented like it or deeper below it; `wider`: so many blocks around it, too. Offsets stay as they are. */
function withoutBlock(text: string, line: number, wider: number): string {
  const lines = text.split('\n');
  let from = line - 1;
  for (let step = 0; step < wider; step++) from = parentOf(lines, from);
  const indent = indentOf(lines[from] ?? '');
  let to = from + 1;
  while (to < lines.length && (isBlank(lines[to]) || indentOf(lines[to] ?? '') >= Math.max(1, indent))) to += 1;
  const blanked = lines.map((content, index) => (index < from || index >= to ? content : ' '.repeat(content.length)));
  return blanked.join('\n');
}

function parentOf(lines: string[], from: number): number {
  const indent = indentOf(lines[from] ?? '');
  const above = lines.slice(0, from).findLastIndex((line) => !isBlank(line) && indentOf(line) < indent);
  return Math.max(0, above);
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function placeAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function lineAt(text: string, offset: number): string {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const to = text.indexOf('\n', offset);
  return text.slice(from, to === -1 ? undefined : to);
}
