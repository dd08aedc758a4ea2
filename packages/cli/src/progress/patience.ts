/** A server that goes away and comes back: it is asked again, later each time, until it has been silent for too long. */
import { ResponseError } from '@cellplane/api/client';
import { CommandFailure } from '../failure.js';
import { seconds } from './lines.js';

/** A server that does not answer for so long is given up. Milliseconds. */
const PATIENCE_MS = 5 * 60_000;

export interface PatienceOptions {
  /** Epoch milliseconds. @default the clock */
  now?: (() => number) | undefined;
  /** Waits before the server is asked again. @default a timer */
  pause?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** What is wrong with the connection, until the next message. */
export interface Trouble {
  event: 'trouble';
  message: string;
}

export function isTrouble(message: object): message is Trouble {
  return 'event' in message && message.event === 'trouble';
}

/**
 * The messages of a stream that is opened again wherever it ends or breaks. Ends with whoever reads it.
 * @throws what the server refuses; CommandFailure once it has been silent for too long
 */
export async function* lasting<T extends object>(
  connect: () => AsyncIterable<T>,
  { now = Date.now, pause = timer }: PatienceOptions = {},
): AsyncGenerator<T | Trouble> {
  let failures = 0;
  let answeredAt = now();
  for (;;) {
    try {
      for await (const message of connect()) {
        failures = 0;
        answeredAt = now();
        yield message;
      }
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (now() - answeredAt > PATIENCE_MS)
        throw new CommandFailure(
          'unavailable',
          `The server has not answered for ${seconds(PATIENCE_MS)}: ${messageOf(error)}. What was accepted goes on without this display.`,
        );
      yield { event: 'trouble', message: `no connection to the server, trying again: ${messageOf(error)}` };
    }
    await pause(Math.min(5_000, 250 * 2 ** failures++));
  }
}

/** One answer, asked for until it comes; `tell` hears of the first trouble. @throws as `lasting` */
export async function patiently<T>(ask: () => Promise<T>, tell: (text: string) => void, options: PatienceOptions = {}): Promise<T> {
  let isTold = false;
  const answers = lasting(async function* () {
    yield { answer: await ask() };
  }, options);
  for await (const message of answers) {
    if (!isTrouble(message)) return message.answer;
    if (!isTold) tell(message.message);
    isTold = true;
  }
  throw new Error('unreachable: the stream of answers has no end');
}

/** A connection that breaks, a server that starts again. What the server refuses stays refused. */
function mayPass(error: unknown): boolean {
  if (error instanceof ResponseError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return !(error instanceof CommandFailure);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What waits where a program has no pause of its own. */
export function timer(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
