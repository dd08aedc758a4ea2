/** What to write in place of a `when` that cannot be read. */

const QUOTE = 'Put texts that hold anything but letters, digits and _ in quotes.';

/** Quotes around the run of characters at the offset that the author meant as one word. */
export function quoteCure(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && /[^\s"'()&|=<>!,]/.test(text[start - 1] ?? '')) start -= 1;
  const word = /^(?:\{\{[^{}]*\}\}|[^\s"'()&|=<>!,{]|\{(?!\{[^{}]*\}\}))+/.exec(text.slice(start))?.[0];
  return word === undefined || word.length < 2 || word.length > 100 ? QUOTE : `Put the text in quotes: "${word}".`;
}

/** Words of other languages for the operators of this one. */
const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!', is: '==', equals: '==', eq: '==', ne: '!=' };

/** By the parser's own words for the fault, which are those of Argo. */
export function syntaxCure(text: string, detail: string, offset: number): string {
  if (detail === "Invalid token: '='") return 'Write == to compare.';
  if (detail.startsWith('Unbalanced parenthesis')) return 'Close each parenthesis that is opened.';
  if (detail.startsWith('Unexpected end of expression')) return "Write what the last operator asks for; the empty text is ''.";
  if (detail.startsWith('Unclosed string literal')) return 'Close the quote; a quote inside of a text is escaped with a backslash.';
  if (detail === 'Cannot find end tag') return 'Close the placeholder with }}.';
  const tag = /(?:^|[\s"'(!=])((?:inputs|workflow)\.parameters\.[\w-]+)/.exec(text)?.[1];
  if (tag !== undefined && detail.includes(tag)) return `Write {{${tag}}}.`;
  const word = /(?:Cannot use|Undefined function) '?(\w+)/.exec(detail)?.[1] ?? '';
  const meant = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
  return meant === undefined ? quoteCure(text, offset) : `Write ${meant} instead of '${word}'.`;
}
