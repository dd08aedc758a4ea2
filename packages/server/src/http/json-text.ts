/** Reads JSON text and, where it is wrong, says where: Node 20's own message names no place for short texts. */

/** A JSON text that cannot be read. The message has line and column, 1-based. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

/** Like `JSON.parse`. @throws JsonTextError */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = firstWrong(text);
    const before = text.slice(0, offset).split('\n');
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    const found = offset >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(text[offset])}`;
    throw new JsonTextError(`${found} at line ${line}, column ${column}`, line, column);
  }
}

const TOKEN =
  /[ \t\r\n]+|[[\]{},:]|"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Expecting = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end';

/** Offset of the first token that JSON's grammar (RFC 8259) does not allow there; the length if the text only ends too early. */
function firstWrong(text: string): number {
  const open: ('[' | '{')[] = [];
  let expecting: Expecting = 'value';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined || hasControlCharacter(token)) return start;
    if (/^\s/.test(token)) continue;
    const next = step(token, expecting, open);
    if (next === undefined) return start;
    expecting = next;
  }
  return text.length;
}

/** A text may hold none as it is (white space between tokens is another matter). */
function hasControlCharacter(token: string): boolean {
  return token.startsWith('"') && Array.from(token).some((character) => character < ' ');
}

function step(token: string, expecting: Expecting, open: ('[' | '{')[]): Expecting | undefined {
  const closes = expecting === 'comma-or-close' || (token === ']' ? expecting === 'value-or-close' : expecting === 'key-or-close');
  switch (token) {
    case ']':
    case '}':
      if (!closes || open.pop() !== (token === ']' ? '[' : '{')) return undefined;
      return open.length === 0 ? 'end' : 'comma-or-close';
    case ',':
      if (expecting !== 'comma-or-close') return undefined;
      return open.at(-1) === '[' ? 'value' : 'key';
    case ':':
      return expecting === 'colon' ? 'value' : undefined;
    default:
      break;
  }
  if (expecting === 'key' || expecting === 'key-or-close') return token.startsWith('"') ? 'colon' : undefined;
  if (expecting !== 'value' && expecting !== 'value-or-close') return undefined;
  if (token === '[' || token === '{') {
    open.push(token);
    return token === '[' ? 'value-or-close' : 'key-or-close';
  }
  return open.length === 0 ? 'end' : 'comma-or-close';
}
