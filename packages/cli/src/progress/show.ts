import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import { type ProgressLine, progressLines } from './lines.js';
import { isTrouble, type Trouble } from './patience.js';

/** Where the display is drawn. */
export interface Screen {
  write(text: string): void;
  /** A terminal gets a display that redraws itself, a pipe one plain line for each change. */
  isTerminal: boolean;
  /** Width and height of the terminal. */
  columns: number;
  rows: number;
  color: boolean;
}

/** The screen that standard output is. Colours are left out if NO_COLOR is set. */
export function standardOutput(): Screen {
  const out = process.stdout;
  return {
    write: (text) => void out.write(text),
    isTerminal: out.isTTY === true,
    get columns() {
      return out.columns ?? 120;
    },
    get rows() {
      return out.rows ?? 40;
    },
    color: out.isTTY === true && process.env['NO_COLOR'] === undefined,
  };
}

/**
 * Shows an instance's progress until nothing more will change by itself, or the stream ends. Returns the last state seen.
 * @param redrawMs how often a terminal is redrawn so that the seconds run. @default 250
 */
export async function showProgress(
  stream: AsyncIterable<InstanceStreamMessage | Trouble>,
  screen: Screen,
  options: { redrawMs?: number; now?: () => number } = {},
): Promise<InstanceProgress | undefined> {
  const now = options.now ?? Date.now;
  const display = screen.isTerminal ? liveDisplay(screen) : plainDisplay(screen);
  let last: InstanceProgress | undefined;
  let trouble: ProgressLine[] = [];
  const draw = () => display([...(last === undefined ? [] : progressLines(last, now())), ...trouble]);
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

const MARKS: Record<ProgressLine['state'], [string, number]> = {
  pending: ['·', 90],
  running: ['▸', 36],
  waiting: ['…', 33],
  done: ['✓', 32],
  failed: ['✗', 31],
  skipped: ['–', 90],
  note: [' ', 90],
};

/** A line as text, cut to the width. */
function lineText(line: ProgressLine, screen: Screen): string {
  const [mark, color] = MARKS[line.state];
  const indent = '  '.repeat(line.depth + 1);
  const flat = line.text.replaceAll(/\p{Cc}+/gu, ' ');
  const room = Math.max(20, screen.columns - indent.length - 3);
  const text = screen.isTerminal && flat.length > room ? `${flat.slice(0, room - 1)}…` : flat;
  return screen.color ? `${indent}\u001b[${color}m${mark}\u001b[0m ${text}` : `${indent}${mark} ${text}`;
}

/** Redraws in place: up over the lines drawn before, each replaced. */
function liveDisplay(screen: Screen): (lines: ProgressLine[]) => void {
  let drawn = 0;
  return (lines) => {
    // More lines than the terminal has cannot be redrawn: keep the newest.
    const shown = lines.slice(-Math.max(3, screen.rows - 2)).map((line) => `\u001b[2K${lineText(line, screen)}\n`);
    screen.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}${shown.join('')}\u001b[0J`);
    drawn = shown.length;
  };
}

/** One line whenever a line's state or text changed, times left out so that they don't count as change. */
function plainDisplay(screen: Screen): (lines: ProgressLine[]) => void {
  const seen = new Set<string>();
  return (lines) => {
    for (const line of lines) {
      if (line.state === 'pending') continue;
      const key = `${line.depth} ${line.state} ${line.text.replaceAll(/\(?\d+(\.\d+)? (s|min)( left)?\)?/g, '')}`;
      if (seen.has(key) || line.text.trim() === '' || /^\d[\d.]* (s|min) left$/.test(line.text)) continue;
      seen.add(key);
      screen.write(`${lineText(line, screen)}\n`);
    }
  };
}
