/**
 * Bare expressions: `$root.path` without braces as a whole scalar, or as the whole scalar of a line of a manifest. Read from left
 * to right once, however long the text is.
 */

/** What `$name` must be followed by to be one of ours: `$labels.pod` of an alert is left to Go templates. */
const ROOT = /\$(?:(?:sys|var|secret|func|tasks)(?=[.[\s]|$)|[A-Za-z][\w-]{0,252}\.(?:out|var|sys)(?=[.[\s]|$))/y;

/** Places of one line at which a bare expression may be tried; nobody writes as many keys in a line. */
const MOST_TRIES = 16;

/** The expression that a whole text is, blanks around it apart. */
export function bareScalar(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith('$') && bareEnds(trimmed, 0, trimmed.length).includes(trimmed.length) ? trimmed : undefined;
}

/** The bare expressions of a manifest: after an optional key or dash, in quotes or not, up to the end of the line or a comment. */
export function bareLines(text: string): { expression: string; offset: number }[] {
  const found: { expression: string; offset: number }[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    const dollar = text.indexOf('$', from);
    if (dollar === -1) break;
    if (dollar < end) {
      const bare = bareLine(text, from, end);
      if (bare !== undefined) found.push(bare);
    }
    from = end + 1;
  }
  return found;
}

function bareLine(text: string, from: number, end: number): { expression: string; offset: number } | undefined {
  let tries = 0;
  for (const start of valueStarts(text, from, end)) {
    const quote = text[start] === '"' || text[start] === "'" ? (text[start] as string) : '';
    const at = start + quote.length;
    if (text[at] !== '$') continue;
    tries += 1;
    if (tries > MOST_TRIES) return undefined;
    for (const stop of bareEnds(text, at, end))
      if (text.startsWith(quote, stop) && endsLine(text, stop + quote.length, end)) return { expression: text.slice(at, stop), offset: at };
  }
  return undefined;
}

/** Where the value of a line may begin: after a key and the blanks behind it, else at its first character. */
function* valueStarts(text: string, from: number, end: number): Generator<number> {
  const begin = blanksEnd(text, from, end);
  let at = begin;
  while (text[at] === '-' && text[at + 1] === ' ') {
    at += 2;
    while (text[at] === ' ') at += 1;
  }
  yield* afterKey(text, at, end, at > begin);
  yield at;
}

function* afterKey(text: string, at: number, end: number, isItem: boolean): Generator<number> {
  const first = text[at];
  if (first === '"' || first === "'") {
    const close = text.indexOf(first, at + 1);
    if (close !== -1 && close < end) yield* afterColon(text, close + 1, end);
    return;
  }
  // An unquoted key: its first character is no blank. Behind a dash it may be empty.
  if (at >= end || NO_KEY.test(first ?? '') || (!isItem && /\s/.test(first ?? ''))) return;
  for (let colon = isItem ? at : at + 1; colon < end && !NO_KEY.test(text[colon] ?? ''); colon += 1) yield* afterColon(text, colon, end);
}

const NO_KEY = /[#"'{}]/;

function* afterColon(text: string, colon: number, end: number): Generator<number> {
  if (text[colon] !== ':') return;
  const start = blanksEnd(text, colon + 1, end);
  if (start > colon + 1) yield start;
}

function blanksEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at += 1;
  return at;
}

/** True if nothing but blanks stands there up to the end of the line, and behind a blank a comment. */
function endsLine(text: string, from: number, end: number): boolean {
  const at = blanksEnd(text, from, end);
  return at === end || (text[at] === '#' && at > from);
}

/** Where an expression that begins here may end: after its path, or after its call and what follows it. */
function bareEnds(text: string, at: number, end: number): number[] {
  ROOT.lastIndex = at;
  const root = ROOT.exec(text)?.[0];
  if (root === undefined || at + root.length > end) return [];
  const path = pathEnd(text, at + root.length, end);
  if (text[path] !== '(' || path >= end) return [path];
  const closes = [callEnd(text, path, end), lastClose(text, path, end)];
  return [...closes.filter((close) => close > path).map((close) => pathEnd(text, close + 1, end)), path];
}

/** Behind the closing bracket of a call, quoted texts passed over; -1 if it is not closed on this line. */
function callEnd(text: string, open: number, end: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < end; at += 1) {
    const character = text[at];
    if (character === '\n') return -1;
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** The last closing bracket of the line, for a call whose quotes or brackets are broken; -1 if there is none. */
function lastClose(text: string, from: number, end: number): number {
  let last = -1;
  for (let at = from; at < end && text[at] !== '\n'; at += 1) if (text[at] === ')') last = at;
  return last;
}

/** Behind the longest path: names, dots, escaped characters, indexes and filters. */
function pathEnd(text: string, from: number, end: number): number {
  let at = from;
  for (;;) {
    const next = stepEnd(text, at, end);
    if (next <= at) return at;
    at = next;
  }
}

/** Behind one step of a path; the same place if none stands there. */
function stepEnd(text: string, at: number, end: number): number {
  const character = text[at];
  if (at >= end || character === undefined) return at;
  if (/[\w.-]/.test(character)) return at + 1;
  if (character === '\\') {
    if (at + 1 >= end || (text[at + 1] !== '.' && text[at + 1] !== '/')) return at;
    let behind = at + 2;
    while (behind < end && /[\w/-]/.test(text[behind] ?? '')) behind += 1;
    return behind;
  }
  if (character === '[') {
    if (text.startsWith('[?(', at)) {
      const filter = filterEnd(text, at + 3, end);
      return filter !== -1 && text[filter + 1] === ']' && filter + 1 < end ? filter + 2 : at;
    }
    for (let close = at + 1; close < end && text[close] !== '\n'; close += 1) if (text[close] === ']') return close + 1;
    return at;
  }
  if (character !== '#' || text[at - 1] !== '.') return at;
  if (text[at + 1] !== '(' || at + 1 >= end) return at + 1;
  const filter = filterEnd(text, at + 2, end);
  if (filter === -1) return at;
  return text[filter + 1] === '#' && filter + 1 < end ? filter + 2 : filter + 1;
}

/** The bracket that closes a filter, quoted texts passed over; -1 if it is not closed on this line. */
function filterEnd(text: string, from: number, end: number): number {
  let quote = '';
  for (let at = from; at < end; at += 1) {
    const character = text[at];
    if (character === '\n') return -1;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') return -1;
    else if (character === ')') return at;
  }
  return -1;
}
