/** The inside of a thread of `openThreads`. */
import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from './threads.js';

/** Answers every message with what `work` makes of it. */
export function answerMessages(work: (input: never) => unknown): void {
  parentPort?.on('message', (input: unknown) => parentPort?.postMessage(answerTo(work, input as never), []));
}

function answerTo(work: (input: never) => unknown, input: never): ThreadAnswer<unknown> {
  try {
    return { output: work(input) };
  } catch (error) {
    // The stack is used up; other range errors (a text that is too long, say) come of the same kind of input.
    if (error instanceof RangeError) return { tooDeep: error.message };
    return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
