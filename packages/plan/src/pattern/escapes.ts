/** What JavaScript's escapes mean, in the words of RE2. */

/** White space of `\s`, as ranges of a class. RE2's own is that of ASCII. */
const BLANKS = '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
/** Everything else. */
const NO_BLANKS =
  '\\x{0}-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

/** Long names of general categories that people write. */
const CATEGORIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Cased_Letter: 'LC',
  Lowercase_Letter: 'Ll',
  Uppercase_Letter: 'Lu',
  Titlecase_Letter: 'Lt',
  Modifier_Letter: 'Lm',
  Other_Letter: 'Lo',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Letter_Number: 'Nl',
  Other_Number: 'No',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Space_Separator: 'Zs',
  Control: 'Cc',
  Other: 'C',
};

/** An escape at the start of `rest` (a backslash and what follows): how long it is, and what RE2 calls it. */
export function escapeOf(rest: string, inClass: boolean): { length: number; text: string } {
  const letter = rest[1] ?? '';
  const unicode = unicodeEscape(rest);
  if (unicode !== undefined) return unicode;
  switch (letter) {
    case 's':
      return { length: 2, text: inClass ? BLANKS : `[${BLANKS}]` };
    case 'S':
      return { length: 2, text: inClass ? NO_BLANKS : `[${NO_BLANKS}]` };
    case 'b':
      return { length: 2, text: inClass ? '\\x08' : '\\b' };
    case '0':
      return { length: 2, text: '\\x{0}' };
    case 'c':
      if (/^[A-Za-z]$/.test(rest[2] ?? '')) return { length: 3, text: hex((rest.codePointAt(2) ?? 0) % 32) };
      return { length: 2, text: '\\\\c' };
    case 'p':
    case 'P':
      return property(rest);
    case 'x':
      return /^\\x[0-9A-Fa-f]{2}/.test(rest) ? { length: 4, text: rest.slice(0, 4) } : { length: 2, text: 'x' };
    default:
      break;
  }
  const known = inClass ? 'dDwWnrtfv' : 'dDwWnrtfvBAz';
  // A letter that means nothing stands for itself.
  if (/^[A-Za-z_]$/.test(letter) && !known.includes(letter)) return { length: 2, text: letter };
  const character = String.fromCodePoint(rest.codePointAt(1) ?? 0x5c);
  // RE2 escapes ASCII alone.
  return { length: 1 + character.length, text: (character.codePointAt(0) ?? 0) < 128 ? `\\${character}` : character };
}

function unicodeEscape(rest: string): { length: number; text: string } | undefined {
  const braces = /^\\u\{([0-9A-Fa-f]{1,6})\}/.exec(rest);
  if (braces) return { length: braces[0].length, text: hex(Number.parseInt(braces[1] ?? '', 16)) };
  const pair = /^\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})/.exec(rest);
  if (pair) {
    const [high, low] = [Number.parseInt(pair[1] ?? '', 16), Number.parseInt(pair[2] ?? '', 16)];
    return { length: pair[0].length, text: hex(0x10000 + (high - 0xd800) * 1024 + (low - 0xdc00)) };
  }
  const unit = /^\\u([0-9A-Fa-f]{4})/.exec(rest);
  return unit ? { length: unit[0].length, text: hex(Number.parseInt(unit[1] ?? '', 16)) } : undefined;
}

/** `\p{Letter}` is `\p{L}`, `\p{Script=Greek}` is `\p{Greek}`. */
function property(rest: string): { length: number; text: string } {
  const braces = /^\\[pP]\{(?:(?:General_Category|gc|Script|sc)=)?([A-Za-z_]{1,40})\}/.exec(rest);
  if (!braces) return { length: 2, text: rest.slice(0, 2) };
  const name = braces[1] ?? '';
  return { length: braces[0].length, text: `${rest.slice(0, 2)}{${Object.hasOwn(CATEGORIES, name) ? CATEGORIES[name] : name}}` };
}

function hex(code: number): string {
  return `\\x{${code.toString(16)}}`;
}
