// The catalogue of texts that the web application shows: packages/web/src/app/messages/en.json. Without arguments it is written;
// with --check it is compared, and texts that do not go through `t` are told, with file and line (docs/web.md).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

const sources = fileURLToPath(new URL('../packages/web/src/', import.meta.url));
const catalogue = join(sources, 'app/messages/en.json');

/** Attributes that people read or hear. */
const SPOKEN = new Set([
  'alt',
  'aria-label',
  'aria-description',
  'description',
  'label',
  'placeholder',
  'title',
  'about',
  'action',
  'failure',
  'keep',
]);
const WORD = /\p{L}{2,}/u;

/** Each node of a syntax tree. */
function* nodesOf(node) {
  if (Array.isArray(node)) {
    for (const one of node) yield* nodesOf(one);
  } else if (typeof node?.type === 'string') {
    yield node;
    for (const [key, value] of Object.entries(node))
      if (key !== 'type' && value !== null && typeof value === 'object') yield* nodesOf(value);
  }
}

/** The texts that an expression may be. Undefined: it is none that can be told. */
function textsOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return [node.value];
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return [node.quasis[0].value.cooked];
  if (node?.type !== 'ConditionalExpression') return undefined;
  const [yes, no] = [textsOf(node.consequent), textsOf(node.alternate)];
  return yes === undefined || no === undefined ? undefined : [...yes, ...no];
}

/** What a source says: messages (key → English), and complaints (`line: text`). Pure. */
export function readMessages(source, lang = 'tsx') {
  const messages = {};
  const complaints = [];
  const lineOf = ({ start }) => source.slice(0, start).split('\n').length;
  for (const node of nodesOf(parseAst(source, { lang }))) {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 't') {
      const keys = textsOf(node.arguments[0]);
      if (keys === undefined) complaints.push(`${lineOf(node)}: the key of t is not a text that stands there`);
      for (const key of keys ?? []) Object.assign(messages, formsOf(key, node.arguments[1]));
    } else if (node.type === 'JSXText' && WORD.test(node.value)) {
      complaints.push(`${lineOf(node)}: ${node.value.trim()}`);
    } else if (node.type === 'JSXAttribute' && SPOKEN.has(node.name.name)) {
      const value = node.value?.type === 'JSXExpressionContainer' ? node.value.expression : node.value;
      const bare = (textsOf(value) ?? []).filter((text) => WORD.test(text));
      const pieces = value?.type === 'TemplateLiteral' ? value.quasis.map((one) => one.value.cooked).filter((text) => WORD.test(text)) : [];
      // An example of what is filled in is the same in all languages.
      const isExample = (text) => node.name.name === 'placeholder' && !/\s/.test(text);
      for (const text of new Set([...bare, ...pieces].filter((one) => !isExample(one))))
        complaints.push(`${lineOf(node)}: ${node.name.name}="${text}"`);
    }
  }
  return { messages, complaints };
}

/** A text that depends on a number has a form for one, and one for all others. */
function formsOf(key, options) {
  const one = options?.properties?.find((member) => member.key?.name === 'defaultValue_one')?.value;
  return one === undefined ? { [key]: key } : { [`${key}_one`]: textsOf(one)?.[0] ?? key, [`${key}_other`]: key };
}

/** Of the whole application. */
function read() {
  const messages = {};
  const complaints = [];
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!/\.tsx?$/.test(file) || /\.(?:test|testing)\.tsx?$/.test(file)) continue;
    const found = readMessages(readFileSync(join(sources, file), 'utf8'), file.endsWith('x') ? 'tsx' : 'ts');
    Object.assign(messages, found.messages);
    complaints.push(...found.complaints.map((complaint) => `packages/web/src/${file}:${complaint}`));
  }
  const sorted = Object.fromEntries(Object.entries(messages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { text: `${JSON.stringify(sorted, null, 2)}\n`, count: Object.keys(sorted).length, complaints };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { text, count, complaints } = read();
  if (!process.argv.includes('--check')) {
    writeFileSync(catalogue, text);
    console.log(`packages/web/src/app/messages/en.json: ${count} messages`);
  } else if (readFileSync(catalogue, 'utf8') !== text) {
    complaints.push('packages/web/src/app/messages/en.json is not up to date: run "npm run messages"');
  }
  for (const complaint of complaints) console.error(complaint);
  if (process.argv.includes('--check') && complaints.length > 0) process.exitCode = 1;
}
