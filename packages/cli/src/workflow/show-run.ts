/** A run on the screen, live, until it has ended. */
import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import { isTrouble, lasting, type PatienceOptions } from '../progress/patience.js';
import type { TellOptions } from '../progress/lines.js';
import { redrawing } from '../progress/redraw.js';
import type { Screen } from '../progress/screen.js';
import { type DrawnLine, drawRun } from './draw-run.js';
import { paint, paintAll } from './paint.js';
import { pictureOfProgress, type RunPicture } from './run-picture.js';

/** Where a run is read. Both are called again after every break of the connection. */
export interface RunSource {
  describe(): Promise<RunPicture>;
  /** The instance's stream. */
  follow(instanceId: string): AsyncIterable<InstanceStreamMessage>;
}

export interface ShowOptions extends PatienceOptions, TellOptions {
  /** One picture, whatever the state. */
  once?: boolean;
  /** How often a terminal is redrawn so that the seconds run. Milliseconds. @default 250 */
  redrawMs?: number;
}

/**
 * Shows a run until it has ended; answers its last state. A server that goes away is waited for, 5 minutes at most.
 * @throws ResponseError, CommandFailure
 */
export async function showRun(source: RunSource, screen: Screen, options: ShowOptions = {}): Promise<RunPicture> {
  const now = options.now ?? Date.now;
  let run = await source.describe();
  if (options.once === true) {
    for (const line of drawRun(run, now(), options)) screen.write(`${paint(line, screen).join('\n')}\n`);
    return run;
  }
  let trouble: string | undefined;
  const display = screen.isTerminal ? inPlace(screen) : changes(screen, now);
  const draw = () => display([...drawRun(run, now(), options), ...(trouble === undefined ? [] : [troubleLine(trouble)])]);
  const timer = screen.isTerminal ? setInterval(draw, options.redrawMs ?? 250) : undefined;
  const pictures = async function* () {
    for await (const message of source.follow(run.instanceId))
      if (message.event === 'progress') yield await pictureIn(message.data, run.id, source);
    // The server ended the stream; the next one begins with what has changed meanwhile.
    yield await source.describe();
  };
  try {
    draw();
    if (run.endedAt !== undefined) return run;
    for await (const next of lasting(pictures, options)) {
      trouble = isTrouble(next) ? next.message : undefined;
      if (!isTrouble(next)) run = next;
      draw();
      if (run.endedAt !== undefined) break;
    }
    return run;
  } finally {
    clearInterval(timer);
  }
}

/** The instance's newest run may be another one by now. */
async function pictureIn(progress: InstanceProgress, id: string, source: RunSource): Promise<RunPicture> {
  const picture = progress.run?.id === id ? pictureOfProgress(progress) : undefined;
  return picture ?? source.describe();
}

function troubleLine(message: string): DrawnLine {
  return { key: 'trouble', indent: '', mark: 'waiting', text: message, note: true };
}

function inPlace(screen: Screen): (lines: DrawnLine[]) => void {
  const redraw = redrawing(screen);
  return (lines) => redraw(paintAll(lines, screen));
}

/** One line whenever one says something new; times alone are nothing new. */
function changes(screen: Screen, now: () => number): (lines: DrawnLine[]) => void {
  const said = new Map<string, string>();
  const wide = { columns: 10_000, color: false };
  return (lines) => {
    const spoken = new Set(lines.map((line) => line.key));
    // What has gone may come again, and is news then.
    for (const key of said.keys()) if (!spoken.has(key)) said.delete(key);
    for (const line of lines) {
      const state = `${line.mark} ${(line.same ?? line.text).replaceAll(/(?<!\d)\d+(\.\d+)? (s|min|h)\b/g, '')}`;
      if (said.get(line.key) === state || line.text === '' || line.mark === 'pending' || line.key.endsWith(' deadline')) continue;
      said.set(line.key, state);
      const indent = line.note === true && line.mark !== 'held' && line.indent !== '' ? '    ' : '';
      const time = new Date(now()).toISOString().slice(11, 19);
      const { right, ...rest } = line;
      const lasted = right !== undefined && (line.mark === 'done' || line.mark === 'failed') ? ` (${right})` : '';
      screen.write(`${time} ${indent}${paint({ ...rest, text: `${line.text}${lasted}`, indent: '' }, wide).join(' ')}\n`);
    }
  };
}
