import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import { fit, wrap } from './fit.js';
import { type ProgressLine, progressLines, type TellOptions } from './lines.js';
import { isTrouble, type Trouble } from './patience.js';
import { redrawing } from './redraw.js';
import { MARKS } from './mark.js';
import type { Screen } from './screen.js';

/**
 * Shows an instance's progress until nothing more will change by itself, or the stream ends. Returns the last state seen.
 * @param redrawMs how often a terminal is redrawn so that the seconds run. @default 250
 */
export async function showProgress(
  stream: AsyncIterable<InstanceStreamMessage | Trouble>,
  screen: Screen,
  options: TellOptions & { redrawMs?: number; now?: () => number } = {},
): Promise<InstanceProgress | undefined> {
  const now = options.now ?? Date.now;
  const display = screen.isTerminal ? liveDisplay(screen) : plainDisplay(screen);
  let last: InstanceProgress | undefined;
  let trouble: ProgressLine[] = [];
  const draw = () => display([...(last === undefined ? [] : progressLines(last, now(), options)), ...trouble]);
  const timer = screen.isTerminal ? setInterval(draw, options.redrawMs ?? 250) : undefined;
  try {
    for await (const message of stream) {
      if (message.event === 'run-event') continue;
      trouble = isTrouble(message) ? [{ state: 'waiting', text: message.message, depth: 0 }] : [];
      if (!isTrouble(message)) last = message.data;
      draw();
      if (last?.final === true) break;
    }
  } finally {
    clearInterval(timer);
  }
  return last;
}

/** What is left for words on the narrowest terminal. */
const LEAST_ROOM = 10;
/** In the place of a sign. */
const NO_MARK: [string, number] = [' ', 90];

/** A line as text. On a terminal a step is cut to the width, and what it waits for is broken: the cause stands at its end. */
function lineTexts(line: ProgressLine, screen: Screen): string[] {
  const [mark, color] = line.state === 'note' ? NO_MARK : MARKS[line.state];
  const indent = '  '.repeat(line.depth + 1);
  const flat = line.text.replaceAll(/\p{Cc}+/gu, ' ');
  const room = Math.max(LEAST_ROOM, screen.columns - indent.length - 2);
  const whole = line.isStep === true ? [fit(flat, room)] : wrap(flat, room);
  const [first = '', ...rest] = screen.isTerminal ? whole : [flat];
  const painted = screen.color ? `\u001b[${color}m${mark}\u001b[0m` : mark;
  return [`${indent}${painted} ${first}`, ...rest.map((text) => `${indent}  ${text}`)];
}

function liveDisplay(screen: Screen): (lines: ProgressLine[]) => void {
  const redraw = redrawing(screen);
  // More lines than the terminal has cannot be redrawn: keep the newest.
  return (lines) => redraw(lines.flatMap((line) => lineTexts(line, screen)).slice(-Math.max(3, screen.rows - 2)));
}

/** One line whenever a line's state or text changed, times left out so that they don't count as change. */
function plainDisplay(screen: Screen): (lines: ProgressLine[]) => void {
  const seen = new Set<string>();
  return (lines) => {
    for (const line of lines) {
      if (line.state === 'pending') continue;
      const key = `${line.depth} ${line.state} ${(line.same ?? line.text).replaceAll(/\(?(?<!\d)\d+(\.\d+)? (s|min)( left)?\)?/g, '')}`;
      if (seen.has(key) || line.text.trim() === '' || /^\d[\d.]* (s|min) left$/.test(line.text)) continue;
      seen.add(key);
      screen.write(`${lineTexts(line, screen).join('\n')}\n`);
    }
  };
}
