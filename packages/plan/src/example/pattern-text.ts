/** A text that a pattern matches, for parameters that a simulation makes up. Covers the syntax that RE2 and JavaScript share. */

/** A part of a pattern: makes its text; `extra` more repetitions where it may repeat, longer texts that way. */
type Part = (extra: number) => string;

/** The characters that are tried where several fit: what reads best comes first. */
const FAVOURITES = 'a1A-_.: /@x0zZ9+=,;!#%&()*<>?[]^{|}~$\'"`\\\n\t';

/** So much is added at most to reach a length. */
const MOST_EXTRA = 64;

/**
 * A text that the whole pattern matches and the test accepts, the shortest of those that are tried; undefined if none is found
 * (syntax beyond the common one, limits that exclude each other).
 */
export function textFor(pattern: string, accepts: (text: string) => boolean): string | undefined {
  let part: Part;
  try {
    part = new Reader(pattern).whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
  for (let extra = 0; extra <= MOST_EXTRA; extra++) {
    const text = part(extra);
    if (accepts(text)) return text;
  }
  return undefined;
}

class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

class Reader {
  #at = 0;
  constructor(readonly pattern: string) {}

  whole(): Part {
    const part = this.#choice();
    if (this.#at < this.pattern.length) throw new Unreadable(`an unexpected ${this.pattern[this.#at]}`);
    return part;
  }

  /** Alternatives: the first is taken. */
  #choice(): Part {
    const first = this.#sequence();
    while (this.#take('|')) this.#sequence();
    return first;
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.pattern.length && !'|)'.includes(this.pattern[this.#at] ?? '')) parts.push(this.#repeated());
    return (extra) => parts.map((part) => part(extra)).join('');
  }

  #repeated(): Part {
    const atom = this.#atom();
    const [least, most] = this.#times();
    return (extra) => atom(extra).repeat(Math.min(most, least + extra));
  }

  /** How often the atom before comes at least and at most. */
  #times(): [number, number] {
    const next = this.pattern[this.#at] ?? '';
    const braces = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.pattern.slice(this.#at));
    if (braces) {
      this.#at += braces[0].length;
      this.#take('?');
      const least = Number(braces[1]);
      return [least, braces[2] === undefined ? least : braces[3] === '' ? Infinity : Number(braces[3])];
    }
    const times: Record<string, [number, number]> = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };
    const found = times[next];
    if (found === undefined) return [1, 1];
    this.#at++;
    this.#take('?');
    return found;
  }

  #atom(): Part {
    const letter = this.#next();
    if (letter === '^' || letter === '$') return () => '';
    if (letter === '.') return () => 'a';
    if (letter === '(') return this.#group();
    if (letter === '[') return this.#class();
    if (letter !== '\\') return () => letter;
    const escaped = this.#next();
    if ('bBAz'.includes(escaped)) return () => '';
    const test = CLASSES[escaped];
    return test === undefined ? () => CONTROLS[escaped] ?? escaped : () => favourite((one) => test.test(one));
  }

  #group(): Part {
    const kind = /^\?(?:P?<\w+>|[a-zA-Z-]*:)/.exec(this.pattern.slice(this.#at));
    if (kind) this.#at += kind[0].length;
    else if (this.pattern[this.#at] === '?') throw new Unreadable('a group that looks around, or flags');
    const inner = this.#choice();
    if (!this.#take(')')) throw new Unreadable('a group that does not end');
    return inner;
  }

  #class(): Part {
    const begins = this.#at;
    let ends = begins + (this.pattern[begins] === '^' ? 1 : 0);
    if (this.pattern[ends] === ']') ends++;
    for (; ends < this.pattern.length && this.pattern[ends] !== ']'; ends++) {
      if (this.pattern[ends] === '\\') ends++;
      // [[:alpha:]]
      if (this.pattern.startsWith('[:', ends)) ends = this.pattern.indexOf(':]', ends) + 1;
    }
    this.#at = ends + 1;
    const body = this.pattern.slice(begins, ends).replaceAll(/\[:(\w+):\]/g, (_, name: string) => NAMED[name] ?? '');
    let test: RegExp;
    try {
      test = new RegExp(`^[${body}]$`);
    } catch {
      throw new Unreadable('a class');
    }
    const chosen = favourite((one) => test.test(one));
    return () => chosen;
  }

  #next(): string {
    const letter = this.pattern[this.#at++];
    if (letter === undefined) throw new Unreadable('an end too early');
    return letter;
  }

  #take(letter: string): boolean {
    if (this.pattern[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }
}

const CLASSES: Record<string, RegExp> = { d: /\d/, D: /\D/, w: /\w/, W: /\W/, s: /\s/, S: /\S/ };
const CONTROLS: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };
const NAMED: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  lower: 'a-z',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
  space: '\\s',
  word: '\\w',
};

/** A character that fits: one that reads well, else the first in ASCII's order. */
function favourite(fits: (letter: string) => boolean): string {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const found = [...Array.from(FAVOURITES), ...ascii].find(fits);
  if (found === undefined) throw new Unreadable('a class of other characters');
  return found;
}
