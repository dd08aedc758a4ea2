/**
 * What the event loop says of itself to the thread that watches it, in memory that both see: that it turns, and the step of which run
 * it is at. Writing costs nothing to speak of, since it is done for every step of every run.
 */

/** A step of a run, as it is told and as it is remembered: the same step must be called the same by the next owner. */
export interface Step {
  run: string;
  /** Of the ownership in this process; 0: the run is not this process's, it only reads it. */
  fence: number;
  /** What of the run: `task db: its gate`. */
  label: string;
}

const TURNS = 0;
const SEQUENCE = 1;
const LENGTH = 2;
const ANSWERED = 3;
const DEBUGGED = 4;
const HEADER_BYTES = 32;
const TEXT_BYTES = 2_048;

/** What the thread reads: the sequence moves with each step that begins or ends. */
export interface Seen {
  turns: number;
  sequence: number;
  step: Step | undefined;
  isDebugged: boolean;
}

export class Board {
  private readonly header: Int32Array;
  private readonly text: Buffer;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(HEADER_BYTES + TEXT_BYTES)) {
    this.header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.text = Buffer.from(memory, HEADER_BYTES, TEXT_BYTES);
  }

  /** The event loop has come round. */
  turned(isDebugged: boolean): void {
    Atomics.store(this.header, DEBUGGED, isDebugged ? 1 : 0);
    Atomics.add(this.header, TURNS, 1);
  }

  /** The loop begins this step, or has left all of them. */
  write(step: Step | undefined): void {
    // Odd while the text is being written.
    Atomics.add(this.header, SEQUENCE, 1);
    const length = step === undefined ? 0 : this.text.write(`${step.fence}\n${step.run}\n${step.label}`);
    Atomics.store(this.header, LENGTH, length);
    Atomics.add(this.header, SEQUENCE, 1);
  }

  read(): Seen {
    for (;;) {
      const sequence = Atomics.load(this.header, SEQUENCE);
      const text = this.text.toString('utf8', 0, Atomics.load(this.header, LENGTH));
      if (sequence % 2 !== 0 || sequence !== Atomics.load(this.header, SEQUENCE)) continue;
      return {
        turns: Atomics.load(this.header, TURNS),
        sequence,
        step: readStep(text),
        isDebugged: Atomics.load(this.header, DEBUGGED) === 1,
      };
    }
  }

  /** How often the thread has answered. */
  get answered(): number {
    return Atomics.load(this.header, ANSWERED);
  }

  /** Stands still until the thread has answered once more than `before`, or the time is over. */
  waitForAnswer(before: number, patienceMs: number): void {
    Atomics.wait(this.header, ANSWERED, before, patienceMs);
  }

  answer(): void {
    Atomics.add(this.header, ANSWERED, 1);
    Atomics.notify(this.header, ANSWERED);
  }
}

function readStep(text: string): Step | undefined {
  if (text === '') return undefined;
  const [fence = '', run = '', ...label] = text.split('\n');
  return { run, fence: Number(fence), label: label.join(' ') };
}
