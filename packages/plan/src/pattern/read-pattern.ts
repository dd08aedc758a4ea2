/**
 * Reads a pattern once, from left to right: what it comes to in the matcher's own writing, and how large it is. Nothing is
 * compiled of what is too large, too deep or cannot be done in linear time.
 */
import { escapeOf } from './escapes.js';
import {
  MAX_PATTERN_DEPTH,
  MAX_PATTERN_LENGTH,
  MAX_PATTERN_SIZE,
  notLinear,
  type PatternFault,
  tooLarge,
  UnusablePattern,
} from './pattern-fault.js';

/** `javascript`: JavaScript's ways of writing, and RE2's where JavaScript has none. `re2`: as Go reads it. */
export type PatternDialect = 'javascript' | 're2';

/** RE2's bound of a count, and of counts inside counts multiplied. */
const MOST_REPEATS = 1_000;

/** Characters that a pattern may come to where counts are written out. */
const MAX_WRITTEN = 1_000_000;

/** A part of a sequence. `repeats`: the largest product of counts in it. */
interface Part {
  text: string;
  size: number;
  repeats: number;
}

/** A group that is open: what came before it in the group around, and its own parts so far. */
interface Level {
  opening: string;
  parts: Part[];
}

/** The pattern in RE2's writing, without groups that capture, and how many instructions it comes to. @throws UnusablePattern */
export function readPattern(source: string, dialect: PatternDialect): { text: string; size: number } {
  if (source.length > MAX_PATTERN_LENGTH) throw tooLarge(`has ${source.length} characters; a pattern may have ${MAX_PATTERN_LENGTH}`);
  return new Reader(source, dialect).read();
}

/** Why a pattern cannot be used, as far as reading it tells, without compiling it; undefined if nothing is wrong. */
export function patternFault(source: string, dialect: PatternDialect): PatternFault | undefined {
  try {
    readPattern(source, dialect);
    return undefined;
  } catch (error) {
    if (error instanceof UnusablePattern) return error.fault;
    throw error;
  }
}

class Reader {
  private at = 0;
  private written = 0;
  private readonly levels: Level[] = [{ opening: '', parts: [] }];
  private readonly dotAll: boolean;

  constructor(
    private readonly source: string,
    private readonly dialect: PatternDialect,
  ) {
    this.dotAll = dialect === 're2' || /\(\?[imU]*s/.test(source);
  }

  read(): Part {
    while (this.at < this.source.length) this.token();
    const [level] = this.levels;
    if (this.levels.length > 1 || level === undefined) throw syntax('has a group that is opened and never closed');
    return joined(level);
  }

  private token(): void {
    const rest = this.source.slice(this.at, this.at + 64);
    const letter = rest[0] ?? '';
    if (letter === '(') return this.open();
    if (letter === ')') return this.close();
    if (letter === '[') return this.add(this.bracket(), 1);
    if (letter === '\\') return this.escape(rest);
    if (letter === '.') return this.add(this.take(1, this.dotAll ? '.' : '[^\\n\\r\\x{2028}\\x{2029}]'), 1);
    if (letter === '|') return this.add(this.take(1, '|'), 1);
    const times = timesOf(rest);
    if (times !== undefined) return this.repeat(times);
    const character = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.add(this.take(character.length, this.dialect === 'javascript' && character === '{' ? '\\{' : character), 1);
  }

  private open(): void {
    const kind = /^\(\?(?:P?<\w+>|[a-zA-Z-]*[:)])?/.exec(this.source.slice(this.at, this.at + 100))?.[0] ?? '(';
    if (/^\(\?<?[=!]/.test(this.source.slice(this.at, this.at + 4))) throw notLinear('looks around');
    if (kind.endsWith(')')) return this.add(this.take(kind.length, kind), 0);
    if (this.levels.length > MAX_PATTERN_DEPTH) throw tooLarge(`nests groups more than ${MAX_PATTERN_DEPTH} deep`);
    const captures = kind === '(' || kind.endsWith('>');
    this.at += kind.length;
    this.levels.push({ opening: captures ? '(?:' : kind, parts: [] });
  }

  private close(): void {
    if (this.levels.length === 1) throw syntax('closes a group that was not opened');
    const level = this.levels.pop() as Level;
    this.at += 1;
    const inner = joined(level);
    this.push({ ...inner, text: `${level.opening}${inner.text})` });
  }

  private escape(rest: string): void {
    if (rest.length === 1) throw syntax('ends with a backslash');
    if (/^\\(?:[1-9]|k[<{'])/.test(rest)) throw notLinear('refers back to a group');
    if (this.dialect === 'javascript') {
      const { length, text } = escapeOf(rest, false);
      return this.add(this.take(length, text), 1);
    }
    if (rest.startsWith('\\Q')) {
      const end = this.source.indexOf('\\E', this.at);
      const text = this.source.slice(this.at, end < 0 ? undefined : end + 2);
      return this.add(this.take(text.length, text), text.length);
    }
    const long = /^\\(?:[pP]\{[^{}]{0,60}\}|x\{[0-9A-Fa-f]{0,12}\}|x[0-9A-Fa-f]{2}|[0-7]{2,3})/.exec(rest)?.[0];
    const text = long ?? rest.slice(0, 1 + String.fromCodePoint(rest.codePointAt(1) ?? 0).length);
    this.add(this.take(text.length, text), 1);
  }

  /** A class, its end included. */
  private bracket(): string {
    const { source, dialect } = this;
    const javascript = dialect === 'javascript';
    let text = '[';
    this.at += 1;
    if (source[this.at] === '^') text += this.take(1, '^');
    if (javascript && source[this.at] === ']') return this.take(1, text === '[' ? '[^\\x{0}-\\x{10FFFF}]' : '[\\x{0}-\\x{10FFFF}]');
    // As in POSIX, a bracket that comes first belongs to the class.
    if (!javascript && source[this.at] === ']') text += this.take(1, ']');
    while (this.at < source.length && source[this.at] !== ']') {
      const rest = source.slice(this.at, this.at + 64);
      const named = /^\[:\^?\w{1,20}:\]/.exec(rest)?.[0];
      if (named !== undefined) text += this.take(named.length, named);
      else if (rest[0] === '\\' && javascript) {
        const { length, text: escaped } = escapeOf(rest, true);
        text += this.take(length, escaped);
      } else if (rest[0] === '\\') text += this.take(2, rest.slice(0, 2));
      else if (rest[0] === '[' && javascript) text += this.take(1, '\\[');
      else text += this.take(1, rest[0] ?? '');
    }
    if (this.at >= source.length) throw syntax('has a class that is opened with [ and never closed');
    return text + this.take(1, ']');
  }

  private repeat({ least, most, length, written }: Times): void {
    this.at += length;
    // Lazy or not, the same texts match.
    const lazy = this.source[this.at] === '?';
    if (lazy) this.at += 1;
    const part = this.levels.at(-1)?.parts.pop();
    if (part === undefined || part.text === '|') throw syntax(`repeats nothing with ${written}`);
    if (least > most) throw syntax(`counts down in ${written}`);
    const count = Math.max(most === Infinity ? least + 1 : most, 1);
    const spelled = this.dialect === 'javascript' && part.repeats * (most === Infinity ? least : most) > MOST_REPEATS;
    const optional = most === Infinity ? 1 : (most - least) * (spelled ? part.size + 2 : 1);
    const size = part.size * count + optional;
    if (size > MAX_PATTERN_SIZE) throw large(size);
    const repeats = part.repeats * Math.max(most === Infinity ? least : most, 1);
    const times = written.startsWith('{') && this.dialect === 'javascript' ? `{${least},${most === Infinity ? '' : most}}` : written;
    if (this.dialect === 're2' || repeats <= MOST_REPEATS)
      return this.push({ text: `${part.text}${times}${lazy ? '?' : ''}`, size, repeats });
    this.push({ text: spelledOut(part, least, most), size, repeats: Math.floor(MOST_REPEATS / part.repeats) * part.repeats });
  }

  /** Moves on, and answers what is written for what was read. */
  private take(length: number, text: string): string {
    this.at += length;
    return text;
  }

  private add(text: string, size: number): void {
    this.push({ text, size, repeats: 1 });
  }

  private push(part: Part): void {
    this.written += part.text.length;
    if (this.written > MAX_WRITTEN) throw tooLarge(`comes to more than ${MAX_WRITTEN} characters where its counts are written out`);
    this.levels.at(-1)?.parts.push(part);
  }
}

interface Times {
  least: number;
  most: number;
  length: number;
  written: string;
}

/** A count at the start of a text: `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`. */
function timesOf(rest: string): Times | undefined {
  const signs: Readonly<Record<string, [number, number]>> = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };
  const sign = signs[rest[0] ?? ''];
  if (sign !== undefined) return { least: sign[0], most: sign[1], length: 1, written: rest[0] ?? '' };
  const braces = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(rest);
  if (braces === null) return undefined;
  const least = Number(braces[1]);
  const most = braces[2] === undefined ? least : braces[3] === '' ? Infinity : Number(braces[3]);
  return { least, most, length: braces[0].length, written: braces[0] };
}

/**
 * A count beyond RE2's bound, as several within it. What is optional is either all of a chunk and goes on, or less than a chunk
 * and ends: so few threads are under way at a time.
 */
function spelledOut({ text, repeats }: Part, least: number, most: number): string {
  const chunk = Math.floor(MOST_REPEATS / repeats);
  const exactly = (count: number): string => (count === 0 ? '' : `${text}{${count}}`);
  const needed = exactly(chunk).repeat(Math.floor(least / chunk)) + exactly(least % chunk);
  if (most === Infinity) return `(?:${needed}${text}*)`;
  let optional = '';
  const rest = most - least;
  if (rest > 0) {
    const chunks = Math.floor(rest / chunk);
    optional = `${`(?:${exactly(chunk)}`.repeat(chunks)}${text}{0,${rest % chunk}}${`|${text}{0,${chunk - 1}})`.repeat(chunks)}`;
  }
  return `(?:${needed}${optional})`;
}

function joined({ parts }: Level): Part {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > MAX_PATTERN_SIZE) throw large(size);
  return { text: parts.map(({ text }) => text).join(''), size, repeats: parts.reduce((most, part) => Math.max(most, part.repeats), 1) };
}

function large(size: number): UnusablePattern {
  return tooLarge(
    `comes to ${size > 1e9 ? 'more than 1000000000' : size} instructions of the matcher; a pattern may come to ${MAX_PATTERN_SIZE}`,
  );
}

function syntax(what: string): UnusablePattern {
  return new UnusablePattern({
    code: 'pattern-syntax',
    message: what,
    cure: 'Correct the pattern; special characters are escaped with a backslash, which is written twice in double quotes.',
  });
}
