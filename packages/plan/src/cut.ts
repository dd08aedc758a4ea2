/** The beginning of a text that a message repeats, with a sign that it goes on: the first `most` characters. */
export function cut(text: string, most = 200): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
