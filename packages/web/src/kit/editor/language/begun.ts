/** The expression that somebody is typing. Pure, and without the grammar: the editor itself asks it, too. */
export interface Begun {
  /** What is typed of it. */
  text: string;
  from: number;
  braces: boolean;
}

/** The expression that is being typed: after `{{` that nothing closes, or after `$`. */
export function expressionBefore(before: string): Begun | undefined {
  const open = before.lastIndexOf('{{');
  if (open > before.lastIndexOf('}}')) {
    const inside = before.slice(open + 2);
    const text = wordBefore(inside, /[$\w.-]/);
    return { text, from: before.length - text.length, braces: true };
  }
  const bare = wordBefore(before, /[$\w.-]/);
  const from = bare.lastIndexOf('$');
  return from === -1 ? undefined : { text: bare.slice(from), from: before.length - bare.length + from, braces: false };
}

/** The signs of one kind that a text ends with. */
export function wordBefore(text: string, sign: RegExp): string {
  let from = text.length;
  while (from > 0 && sign.test(text.charAt(from - 1))) from -= 1;
  return text.slice(from);
}
