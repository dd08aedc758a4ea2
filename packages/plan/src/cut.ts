/** A text as a message repeats it: at most `most` characters, the last of them `…` where the text goes on. */
export function cut(text: string, most = 200): string {
  if (text.length <= most) return text;
  // Half a surrogate pair at the end would not be text any more.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}
