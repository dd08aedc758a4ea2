/** Drawn lines as text of a width. Pure. */
import type { Screen } from '../progress/show.js';
import type { DrawnLine, Mark } from './draw-run.js';

/** Sign and ANSI colour. */
const SIGNS: Record<Mark, [string, number]> = {
  pending: ['·', 90],
  running: ['▸', 36],
  waiting: ['…', 33],
  done: ['✓', 32],
  failed: ['✗', 31],
  skipped: ['–', 90],
  held: ['◆', 35],
  unmet: ['✗', 33],
  met: ['✓', 32],
  none: ['', 0],
};
/** A remark takes so many lines at most. */
const MOST_LINES = 4;

/** One drawn line; a long remark takes several, a long task is cut. No text of a cluster may move the cursor. */
export function paint(line: DrawnLine, screen: Pick<Screen, 'columns' | 'color'>): string[] {
  const width = Math.max(30, screen.columns);
  const [sign, color] = SIGNS[line.mark];
  const front = sign === '' ? '' : `${sign} `;
  const painted = sign === '' || !screen.color ? front : `\u001b[${color}m${sign}\u001b[0m `;
  const room = width - line.indent.length - front.length;
  const text = line.text.replaceAll(/\p{Cc}+/gu, ' ');
  if (line.note === true) {
    const [first = '', ...rest] = wrap(text, Math.max(20, room));
    return [`${line.indent}${painted}${first}`, ...rest.map((one) => `${line.indent}${' '.repeat(front.length)}${one}`)].map((one) =>
      one.trimEnd(),
    );
  }
  const right = line.right === undefined ? '' : `  ${line.right}`;
  const cut = fit(text, Math.max(10, room - right.length));
  return [`${line.indent}${painted}${right === '' ? cut : cut.padEnd(room - right.length)}${right}`];
}

/** The lines of a drawing, cut at the height: the part where something happens is kept. */
export function paintAll(lines: readonly DrawnLine[], screen: Pick<Screen, 'columns' | 'rows' | 'color'>): string[] {
  const painted = lines.flatMap((line) => paint(line, screen).map((text) => ({ line, text })));
  const room = Math.max(5, screen.rows - 1);
  if (painted.length <= room) return painted.map(({ text }) => text);
  const busy = painted.findIndex(({ line }) => ['waiting', 'running', 'failed', 'held'].includes(line.mark));
  const from = Math.max(0, Math.min(busy - 2, painted.length - room + 2));
  const shown = painted.slice(from === 0 ? 0 : from, from === 0 ? room - 1 : from + room - 2);
  const hidden = painted.length - from - shown.length;
  return [
    ...(from === 0 ? [] : [`(${from} lines above)`]),
    ...shown.map(({ text }) => text),
    ...(hidden <= 0 ? [] : [`(${hidden} lines below)`]),
  ];
}

function fit(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** Broken at spaces where it can be. */
function wrap(text: string, room: number): string[] {
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
