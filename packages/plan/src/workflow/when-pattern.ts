/** Patterns of `=~` and `!~`: Go's RE2 language in terms of JavaScript's. What RE2 refuses is refused. */

/** The pattern compiled; undefined if Go would not compile it, or JavaScript cannot. */
export function patternOf(source: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const body = flags === null ? source : source.slice(flags[0].length);
  const translated = translate(body);
  if (translated === undefined) return undefined;
  const extra = flags?.[1] ?? '';
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(translated, [...new Set(extra)].join('') + unicode);
    } catch {
      // Outside of Unicode mode more escapes are allowed, as in Go; if both refuse, the answer is undefined.
    }
  }
  return undefined;
}

const TOKEN = /\\[\s\S]|\[:(\^?)(alpha|digit|alnum|upper|lower|space|punct|xdigit|word):\]|\(\?P<|\(\?(?:[=!]|<[=!])|[\s\S]/gu;
const CLASSES: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t\\n\\v\\f\\r ',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
};

/** `\A`, `\z`, `(?P<name>` and `[:alpha:]` rewritten. Undefined for what RE2 does not have: looking around and back. */
function translate(source: string): string | undefined {
  let pattern = '';
  for (const match of source.matchAll(TOKEN)) {
    const [token, negated, name] = match;
    if (/^\\[1-9]|^\(\?(=|!|<)/.test(token)) return undefined;
    if (token === '(?P<') pattern += '(?<';
    else if (token === '\\A') pattern += '^';
    else if (token === '\\z') pattern += '$';
    else if (name !== undefined && negated === '') pattern += CLASSES[name] ?? '';
    else if (name !== undefined) return undefined;
    else if (/^\\[^\p{L}\p{N}\s\\]/u.test(token)) pattern += /[\^$\\.*+?()[\]{}|/-]/.test(token.slice(1)) ? token : token.slice(1);
    else pattern += token;
  }
  return pattern;
}
