/** The SQL of the sources, as the compiler sees it: every template of the `sql` tag in packages/server/src, tests left out. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API, type Checker } from 'typescript/unstable/sync';
import { type Node, type SourceFile, type TaggedTemplateExpression } from 'typescript/unstable/ast';
import { isIdentifier, isTaggedTemplateExpression, isTemplateExpression } from 'typescript/unstable/ast/is';

/** Folder of the server's sources. */
export const SERVER_SOURCES = fileURLToPath(new URL('..', import.meta.url));

/** One template. */
export interface SqlTemplate {
  /** Below the folder of the sources. */
  file: string;
  /** From 1. */
  line: number;
  /** Its text, each `${…}` as `$`. */
  text: string;
  node: TaggedTemplateExpression;
}

export interface Sources {
  templates: SqlTemplate[];
  checker: Checker;
  /** Below the folder of the sources. */
  fileOf: (node: Node) => string;
  /** Ends the compiler's process. */
  close(): void;
}

/** Reads all templates of a folder of sources, by its project file. */
export function openSources(folder = SERVER_SOURCES, config = fileURLToPath(new URL('../../tsconfig.json', import.meta.url))): Sources {
  const api = new API({ cwd: folder });
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
  if (project === undefined) throw new Error(`${config} is no project`);
  const fileOf = (node: Node) => relative(folder, node.getSourceFile().fileName);
  const templates = project.rootFiles.flatMap((path) => {
    const source = project.program.getSourceFile(path);
    if (source === undefined) throw new Error(`${path} could not be read`);
    return templatesOf(source).map((node) => ({
      file: fileOf(node),
      line: source.text.slice(0, node.getStart()).split('\n').length,
      text: partsOf(node)
        .map(({ text }) => text)
        .join('$'),
      node,
    }));
  });
  return { templates, checker: project.checker, fileOf, close: () => api.close() };
}

function templatesOf(source: SourceFile): TaggedTemplateExpression[] {
  const found: TaggedTemplateExpression[] = [];
  const visit = (node: Node): void => {
    if (isTaggedTemplateExpression(node) && isIdentifier(node.tag) && node.tag.text === 'sql') found.push(node);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

/** The texts of a template, each with the expression that comes after it. */
export function partsOf({ template }: TaggedTemplateExpression): { text: string; hole?: Node }[] {
  if (!isTemplateExpression(template)) return [{ text: template.text }];
  const spans = template.templateSpans;
  const texts = [template.head.text, ...spans.map((span) => span.literal.text)];
  return texts.map((text, index) => {
    const hole = spans[index]?.expression;
    return hole === undefined ? { text } : { text, hole };
  });
}

const FROM_LIST_ENDS = new Set(['where', 'group', 'order', 'limit', 'set', 'returning', 'for', 'having', 'union', 'select', 'values']);
const NO_TABLE = new Set(['set', 'of', 'lateral', 'only']);
const BEFORE_TABLE = new Set(['from', 'join', 'into', 'update', 'using', 'table', 'only', 'lateral']);

/** Names that stand in a text of SQL where a table is named: after FROM (each of its list), JOIN, INTO, UPDATE, USING. */
export function tablesIn(text: string): Set<string> {
  const tokens = text
    .replaceAll(/--[^\n]*|\/\*.*?\*\/|'(?:[^']|'')*'|"[^"]*"/gs, ' ')
    .toLowerCase()
    .match(/[a-z_][a-z0-9_]*|[(),.]/g);
  const found = new Set<string>();
  // One entry for each open parenthesis: whether a list of FROM is being read in it.
  const inList = [false];
  (tokens ?? []).forEach((token, index) => {
    const before = tokens?.[index - 1] ?? '';
    const depth = inList.length - 1;
    if (token === '(') inList.push(false);
    else if (token === ')') inList.length = Math.max(1, depth);
    else if (token === 'from' || token === 'join' || token === 'using') inList[depth] = true;
    else if (FROM_LIST_ENDS.has(token)) inList[depth] = false;
    else if (/^[a-z_]/.test(token) && !NO_TABLE.has(token) && (BEFORE_TABLE.has(before) || (before === ',' && inList[depth] === true)))
      found.add(token);
  });
  return found;
}

/** Names of the tables that a text of SQL inserts into, updates or deletes from. */
export function tablesWrittenBy(text: string): Set<string> {
  const plain = text.replaceAll(/--[^\n]*|\/\*.*?\*\/|'(?:[^']|'')*'|"[^"]*"/gs, ' ').toLowerCase();
  const writes = /\b(?:insert\s+into|delete\s+from|(?<!\b(?:for|key|do)\s+)update)\s+(?:only\s+)?([a-z_][a-z0-9_]*)/g;
  return new Set([...plain.matchAll(writes)].map((match) => match[1] ?? ''));
}
