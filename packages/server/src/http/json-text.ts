/**
 * Reads JSON text within bounds and, where it is wrong, says where: Node 20's own message names no place for short texts. The text is
 * walked once, character by character, before a value is made of it: what is too deep or has too many values costs no memory.
 */

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

/** Values (texts, numbers, lists, objects …) of a text at most. */
const MOST_VALUES = 50_000;
/** Levels of lists and objects at most. */
const DEEPEST = 200;

/** Like `JSON.parse`, for at most `MOST_VALUES` values in `DEEPEST` levels. @throws JsonTextError */
export function parseJsonText(text: string): unknown {
  const fault = firstFault(text);
  if (fault === undefined) return JSON.parse(text);
  const lineStart = text.lastIndexOf('\n', fault.at - 1) + 1;
  const [line, column] = [linesBefore(text, fault.at) + 1, fault.at - lineStart + 1];
  const found = fault.at >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(text[fault.at])}`;
  throw new JsonTextError(`${fault.message ?? found} at line ${line}, column ${column}`, line, column);
}

interface Fault {
  at: number;
  message?: string;
}

type Expecting = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end';

/** The first token that JSON's grammar (RFC 8259) does not allow there, or that is beyond a limit. At the end if the text only ends too early. */
function firstFault(text: string): Fault | undefined {
  const open: ('[' | '{')[] = [];
  let expecting: Expecting = 'value';
  let values = 0;
  for (let at = 0; at < text.length; ) {
    const first = text.charAt(at);
    if (first === ' ' || first === '\n' || first === '\r' || first === '\t') {
      at += 1;
      continue;
    }
    const end = endOfToken(text, at, first);
    const next: Expecting | undefined = end === undefined ? undefined : step(first, expecting, open);
    if (end === undefined || next === undefined) return { at };
    if (open.length > DEEPEST) return { at, message: `more than ${DEEPEST} levels deep` };
    if ((expecting === 'value' || expecting === 'value-or-close') && first !== ']') values += 1;
    if (values > MOST_VALUES) return { at, message: `more than ${MOST_VALUES} values` };
    expecting = next;
    at = end;
  }
  return expecting === 'end' ? undefined : { at: text.length };
}

/** What may follow a token that begins like this; undefined if it may not stand here. */
function step(first: string, expecting: Expecting, open: ('[' | '{')[]): Expecting | undefined {
  const closes = expecting === 'comma-or-close' || expecting === (first === ']' ? 'value-or-close' : 'key-or-close');
  switch (first) {
    case ']':
    case '}':
      if (!closes || open.pop() !== (first === ']' ? '[' : '{')) return undefined;
      return open.length === 0 ? 'end' : 'comma-or-close';
    case ',':
      if (expecting !== 'comma-or-close') return undefined;
      return open.at(-1) === '[' ? 'value' : 'key';
    case ':':
      return expecting === 'colon' ? 'value' : undefined;
    default:
      break;
  }
  if (expecting === 'key' || expecting === 'key-or-close') return first === '"' ? 'colon' : undefined;
  if (expecting !== 'value' && expecting !== 'value-or-close') return undefined;
  if (first === '[' || first === '{') {
    open.push(first);
    return first === '[' ? 'value-or-close' : 'key-or-close';
  }
  return open.length === 0 ? 'end' : 'comma-or-close';
}

/** The offset behind the token that begins here; undefined if none does. */
function endOfToken(text: string, at: number, first: string): number | undefined {
  if ('[]{},:'.includes(first)) return at + 1;
  if (first === '"') return endOfString(text, at);
  if (first === '-' || isDigit(text.charCodeAt(at))) return endOfNumber(text, at);
  const word = ['true', 'false', 'null'].find((one) => text.startsWith(one, at));
  return word === undefined ? undefined : at + word.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at + 1;
    // A text may hold no control character as it is.
    if (character < SPACE) return undefined;
    if (character !== BACKSLASH) continue;
    const escaped = text.charAt(at + 1);
    if (escaped === 'u' ? !/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) : escaped === '' || !'"\\/bfnrt'.includes(escaped))
      return undefined;
    at += escaped === 'u' ? 5 : 1;
  }
  return undefined;
}

function endOfNumber(text: string, start: number): number | undefined {
  const begin = text.charAt(start) === '-' ? start + 1 : start;
  const digits = endOfDigits(text, begin);
  if (digits === begin) return undefined;
  // A leading zero is a number by itself.
  const whole = text.charAt(begin) === '0' ? begin + 1 : digits;
  const decimals = text.charAt(whole) === '.' ? endOfDigits(text, whole + 1) : whole;
  const end = decimals === whole + 1 ? whole : decimals;
  if (!/^[eE]$/.test(text.charAt(end))) return end;
  const exponent = /^[+-]$/.test(text.charAt(end + 1)) ? end + 2 : end + 1;
  const last = endOfDigits(text, exponent);
  return last === exponent ? end : last;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

function linesBefore(text: string, offset: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
