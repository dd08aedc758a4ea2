import { type Document, isMap, isScalar, LineCounter } from 'yaml';
import type { Position } from '../problem.js';
import { MAX_DEPTH, resolveAliases } from './anchors.js';
import { expandNode, UNSTORABLE } from './expand.js';
import type { MapEntry, MapNode, SpecNode } from './node.js';
import { lexemeFault, MAX_LEXEMES } from './lexemes.js';
import { nestingFault } from './nesting.js';
import { chartTemplate, otherFile, type TopLevel } from './other-file.js';
import { parsePath } from './path.js';
import type { Report } from './report.js';
import { readDocuments } from './read-yaml.js';
import { syntaxFaults } from './syntax-faults.js';
import { type UnquotedBraces, unquotedFinding, withoutUnquotedBraces } from './unquoted-braces.js';
import { adviceFor } from './yaml-advice.js';

/** Largest spec that is read, in bytes of UTF-8. */
export const MAX_SPEC_BYTES = 1024 * 1024;

const START: Position = { line: 1, column: 1 };

/** A spec text that was read. */
export interface SpecDocument {
  text: string;
  root: MapNode;
  /**
   * Line and column of the value at a path (author's spelling). Through an alias or a merge key: of the alias. A path that
   * does not exist gives the place of the deepest part of it that does.
   */
  positionAt(path: string): Position;
}

/**
 * Spec text → tree with positions. Everything that stops the reading goes to the report (unreadable YAML with all of the
 * parser's errors, not UTF-8, too large, two documents, empty, not a map, nested too deeply, alias bombs); the document is
 * undefined then. Never throws.
 */
export function parseDocument(spec: string | Uint8Array, report: Report): SpecDocument | undefined {
  const text = decode(spec, report);
  if (text === undefined) return undefined;
  const unstorable = UNSTORABLE.exec(text);
  if (unstorable) {
    report.error(
      { path: '', position: positionOfOffset(text, unstorable.index) },
      {
        code: 'unstorable-character',
        message: 'The spec holds the character NUL or half a surrogate pair here, which YAML does not allow.',
        cure: 'Remove it; is this a text file?',
      },
    );
    return undefined;
  }
  const tooDeep = nestingFault(text);
  if (tooDeep) {
    reportDepth(report, tooDeep);
    return undefined;
  }
  const crowded = lexemeFault(text);
  if (crowded) {
    report.error(
      { path: '', position: crowded },
      {
        code: 'too-many-words',
        message: `The spec holds more than ${MAX_LEXEMES} words, marks, spaces and line ends, the most that is read; a quoted text or a block counts as one.`,
        cure: 'Split the plan, or put what repeats into a loop, a literal block (`|`), a chart or a container image.',
      },
    );
    return undefined;
  }
  const lines = new LineCounter();
  const braces = withoutUnquotedBraces(text);
  const documents = readYaml(braces.text, lines, report);
  if (!documents) {
    // Of a file of another kind, and of one that is indented with tabs, nothing more can be said.
    if (report.problems.some(({ code }) => code === 'other-file' || code === 'yaml-tab-as-indent')) return undefined;
    for (const found of braces.found) report.error({ path: '', position: positionOfOffset(text, found.from) }, unquotedFinding(found));
    return undefined;
  }
  const [document, second] = documents.filter((candidate) => candidate.contents !== null);
  const other = (braces.found.length > 0 && chartTemplate(text)) || (document && otherFile(topLevel(document)));
  if (other) {
    report.error({ path: '', position: START }, other);
    return undefined;
  }
  if (second) {
    const { line, col } = lines.linePos(second.contents?.range?.[0] ?? 0);
    report.error(
      { path: '', position: { line, column: col } },
      {
        code: 'several-documents',
        message: 'The spec holds more than one YAML document.',
        cure: 'Keep one document per file: one plan per spec.',
      },
    );
    return undefined;
  }
  if (!document) {
    report.error(
      { path: '', position: START },
      { code: 'empty-spec', message: 'The spec is empty.', cure: 'Write a plan: `name` and `services` at least.' },
    );
    return undefined;
  }
  return expandDocument({ text, document, lines, report, braces: braces.found });
}

function expandDocument(input: {
  text: string;
  document: Document;
  lines: LineCounter;
  report: Report;
  braces: UnquotedBraces[];
}): SpecDocument | undefined {
  const { text, document, lines, report, braces } = input;
  const { targets, tooDeep } = resolveAliases(document.contents);
  if (tooDeep) {
    const { line, col } = lines.linePos(tooDeep.range?.[0] ?? 0);
    reportDepth(report, { line, column: col });
    return undefined;
  }
  const before = report.problems.length;
  const root = expandNode({ text, root: document.contents, lines, targets, report, braces });
  if (root.kind !== 'map') {
    if (report.problems.length === before) {
      report.error(root, {
        code: 'not-a-map',
        message: `The spec must be a map; this is a ${root.kind === 'list' ? 'list' : 'single value'}.`,
        cure: 'Begin with `name: …` at the left margin.',
      });
    }
    return undefined;
  }
  return { text, root, positionAt: (path) => find(root, path) };
}

function decode(spec: string | Uint8Array, report: Report): string | undefined {
  if (spec.length > MAX_SPEC_BYTES || (typeof spec === 'string' && new TextEncoder().encode(spec).length > MAX_SPEC_BYTES)) {
    report.error(
      { path: '', position: START },
      {
        code: 'spec-too-large',
        message: `The spec is larger than ${MAX_SPEC_BYTES} bytes (1 MiB), the most that is read.`,
        cure: 'Move large files out of the spec, for example into a chart or a container image.',
      },
    );
    return undefined;
  }
  if (typeof spec === 'string') return spec.startsWith('\uFEFF') ? spec.slice(1) : spec;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(spec);
  } catch {
    report.error(
      { path: '', position: firstBadByte(spec) },
      {
        code: 'not-utf8',
        message: `The spec is not valid UTF-8 text${isUtf16(spec) ? '; it looks like UTF-16' : ''}.`,
        cure: 'Save the file as UTF-8.',
      },
    );
    return undefined;
  }
}

/** True for the byte order marks of UTF-16, which some editors write. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Line and column of the first byte that is not UTF-8, found by halving. */
function firstBadByte(bytes: Uint8Array): Position {
  let good = 0;
  let bad = bytes.length;
  let text = '';
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      // `stream` tolerates a character that is cut in half at the end.
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return positionOfOffset(text, text.length);
}

function positionOfOffset(text: string, offset: number): Position {
  const rows = text.slice(0, offset).split('\n');
  return { line: rows.length, column: (rows.at(-1)?.length ?? 0) + 1 };
}

function reportDepth(report: Report, position: Position): void {
  report.error(
    { path: '', position },
    {
      code: 'nested-too-deeply',
      message: `The spec nests more than ${MAX_DEPTH} levels deep here.`,
      cure: 'Flatten the structure.',
    },
  );
}

function readYaml(text: string, lines: LineCounter, report: Report): Document[] | undefined {
  let documents: Document[];
  // The parser makes an error of every fault, and only their places are read: traces of hundreds of thousands take seconds.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    documents = readDocuments(text, lines);
  } catch (error) {
    report.error(
      { path: '', position: START },
      {
        code: 'yaml-unreadable',
        message: `The YAML parser gave up on this text: ${error instanceof Error ? error.message : 'unknown reason'}.`,
        cure: 'Check indentation and nesting.',
      },
    );
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (documents.some((document) => document.errors.length > 0)) {
    const template = chartTemplate(text);
    const faults = template ? [{ ...template, position: START }] : syntaxFaults(text, documents, lines);
    for (const { position, ...finding } of faults) report.error({ path: '', position }, finding);
    return undefined;
  }
  for (const finding of documents.flatMap((document) => document.warnings)) {
    const { line, col } = lines.linePos(finding.pos[0]);
    report.warning(
      { path: '', position: { line: Math.max(1, line), column: Math.max(1, col) } },
      { code: `yaml-${finding.code.toLowerCase().replaceAll('_', '-')}`, message: finding.message, cure: adviceFor(finding.code) },
    );
  }
  return documents;
}

/** The top level of a document, to see what kind of file it is. */
function topLevel({ contents }: Document): TopLevel {
  const pairs = isMap(contents) ? contents.items : [];
  const of = (key: string) => pairs.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
  const text = (key: string) => {
    const value = of(key);
    return isScalar(value) && value.value !== null ? String(value.value) : undefined;
  };
  return {
    keys: new Set(pairs.flatMap((pair) => (isScalar(pair.key) ? [String(pair.key.value)] : []))),
    text,
    isMap: (key) => isMap(of(key)),
  };
}

function find(root: MapNode, path: string): Position {
  let node: SpecNode = root;
  let position = root.position;
  for (const segment of parsePath(path) ?? []) {
    let next: SpecNode | undefined;
    if (typeof segment === 'number') {
      next = node.kind === 'list' ? node.items[segment] : undefined;
      position = next?.position ?? position;
    } else if (node.kind === 'map') {
      const key: string = segment;
      const entry: MapEntry | undefined =
        node.entries.find((one) => one.spelling === key) ?? node.entries.find((one) => one.spelling.toLowerCase() === key.toLowerCase());
      next = entry?.value;
      // The value's own place if it has one; the key otherwise.
      position = next?.position ?? position;
    }
    if (!next) return position;
    node = next;
  }
  return position;
}
