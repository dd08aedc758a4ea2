/** Lines of logs as they come from Kubernetes, each with its time before it. Pure. */
import type { LogLine } from '@cellplane/api';

/** Characters of a line that are shown. */
const LONGEST = 16_384;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/;
/** What colours a terminal. */
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const COLOURS = /\u001b\[[0-9;]{0,20}[A-Za-z]/g;

/** `mask` takes the secrets out of a text. */
export function readLine(raw: string, mask: (text: string) => string): LogLine {
  const [begin = '', at = ''] = TIME.exec(raw) ?? [];
  const text = mask(raw.slice(begin.length).replaceAll(COLOURS, '').replace(/\r$/, ''));
  return { at, text: text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length - LONGEST} characters more)` };
}

/** Lines of a whole answer. `isCut`: its last line may not be whole. */
export function readLines(answer: string, mask: (text: string) => string, isCut: boolean): LogLine[] {
  const lines = answer.split('\n');
  const last = lines.pop() ?? '';
  return [...lines, ...(last === '' || isCut ? [] : [last])].map((line) => readLine(line, mask));
}

/** Fractions of a second have as many digits as they need, so texts of times are not in the order of times. */
function ordered(at: string): string {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?/.exec(at) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/**
 * How far somebody has read: up to the line with this time; of lines with the same time, so many. As text it is the `id` of a message,
 * and what a stream is opened with again.
 */
export class Place {
  private constructor(
    private at: string,
    private count: number,
    /** Of lines with the time `at`, those that have come again. */
    private again = 0,
  ) {}

  static of(text: string | undefined): Place | undefined {
    const [, at, count] = /^(\S{20,40}) (\d{1,6})$/.exec(text ?? '') ?? [];
    return at === undefined || count === undefined || !TIME.test(at) ? undefined : new Place(at, Number(count));
  }

  static begin(): Place {
    return new Place('', 0);
  }

  /** The time to ask for again; undefined: from the beginning. */
  get since(): string | undefined {
    return this.at === '' ? undefined : this.at;
  }

  get text(): string {
    return `${this.at} ${this.count}`;
  }

  /** Called before lines are read again, which begin with some of those that were read. */
  rewind(): void {
    this.again = 0;
  }

  /** Whether the line was not read yet; then it is the last one that was. */
  takes({ at }: LogLine): boolean {
    // Without a time it cannot be told.
    if (at === '' || this.at === '') {
      if (at !== '') [this.at, this.count, this.again] = [at, 1, 1];
      return true;
    }
    const [line, place] = [ordered(at), ordered(this.at)];
    if (line < place) return false;
    if (line > place) {
      [this.at, this.count, this.again] = [at, 1, 1];
      return true;
    }
    this.again += 1;
    if (this.again <= this.count) return false;
    this.count = this.again;
    return true;
  }
}
