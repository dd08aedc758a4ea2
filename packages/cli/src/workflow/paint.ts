/** Drawn lines as text of a width. Pure. */
import { fit, wrap } from '../progress/fit.js';
import { MARKS } from '../progress/mark.js';
import type { Screen } from '../progress/screen.js';
import type { DrawnLine, DrawnMark } from './draw-run.js';

/** Sign and ANSI colour. */
const SIGNS: Record<DrawnMark, [string, number]> = {
  ...MARKS,
  held: ['◆', 35],
  unmet: ['○', 33],
  met: MARKS.done,
  none: ['', 0],
};
/** Narrower than this nothing can be read. */
const LEAST_COLUMNS = 16;
/** What is left for words at least. */
const LEAST_ROOM = 10;

/** One drawn line; a long remark takes several, a long task is cut. No text of a cluster may move the cursor. */
export function paint(line: DrawnLine, screen: Pick<Screen, 'columns' | 'color'>): string[] {
  const width = Math.max(LEAST_COLUMNS, screen.columns);
  const [sign, color] = SIGNS[line.mark];
  const front = sign === '' ? '' : `${sign} `;
  const painted = sign === '' || !screen.color ? front : `\u001b[${color}m${sign}\u001b[0m `;
  const indent = line.indent.slice(0, width - LEAST_ROOM - front.length);
  const room = width - indent.length - front.length;
  const text = line.text.replaceAll(/\p{Cc}+/gu, ' ');
  if (line.note === true) {
    const [first = '', ...rest] = wrap(text, room);
    return [`${indent}${painted}${first}`, ...rest.map((one) => `${indent}${' '.repeat(front.length)}${one}`)].map((one) => one.trimEnd());
  }
  const lasted = line.right === undefined ? '' : `  ${line.right}`;
  const right = room - lasted.length < LEAST_ROOM ? '' : lasted;
  const cut = fit(text, room - right.length);
  return [`${indent}${painted}${right === '' ? cut : cut.padEnd(room - right.length)}${right}`];
}

/** The lines of a drawing, cut at the height: the part where something happens is kept. */
export function paintAll(lines: readonly DrawnLine[], screen: Pick<Screen, 'columns' | 'rows' | 'color'>): string[] {
  const painted = lines.flatMap((line) => paint(line, screen).map((text) => ({ line, text })));
  const room = Math.max(3, screen.rows - 1);
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
