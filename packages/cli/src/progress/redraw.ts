/** Lines that are drawn again and again in the same place of a terminal. */
import type { Screen } from './screen.js';

/** Colours take no room. */
// oxlint-disable-next-line no-control-regex
const COLOR = /\u001b\[\d+m/g;

/** Up over what was drawn before, each line replaced. A terminal that has become narrower has broken what stood there. */
export function redrawing(screen: Pick<Screen, 'write' | 'columns'>): (lines: readonly string[]) => void {
  let lengths: number[] = [];
  return (lines) => {
    const columns = Math.max(1, screen.columns);
    const drawn = lengths.reduce((rows, length) => rows + Math.max(1, Math.ceil(length / columns)), 0);
    screen.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((text) => `\u001b[2K${text}\n`).join('')}\u001b[0J`);
    lengths = lines.map((text) => text.replaceAll(COLOR, '').length);
  };
}
