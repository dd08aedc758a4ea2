/** Text in the width that there is. Pure. */

/** A remark takes so many lines at most. */
const MOST_LINES = 4;

/** Cut where it is too long. */
export function fit(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** Broken at spaces where it can be, cut after four lines. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > room && lines.length < MOST_LINES - 1) {
    const space = rest.lastIndexOf(' ', room);
    const at = space > room / 2 ? space : room;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  lines.push(fit(rest, room));
  return lines;
}
