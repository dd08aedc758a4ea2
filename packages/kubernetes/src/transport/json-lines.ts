/** Cuts a byte stream into lines, whatever the chunks are. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restSize = 0;

  constructor(private readonly maxLineBytes: number) {}

  /**
   * The lines that this chunk completes, without their line feeds; empty lines are left out.
   * @throws RangeError where a line is longer than the limit
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = this.#take(chunk.subarray(from, end));
      if (line.trim() !== '') lines.push(line);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What is left without a line feed at the end of the stream. */
  end(): string {
    return this.#take(Buffer.alloc(0)).trim();
  }

  #take(tail: Buffer): string {
    if (this.#rest.length === 0) return this.#checked(tail.length, () => tail.toString('utf8'));
    const whole = Buffer.concat([...this.#rest, tail]);
    this.#rest = [];
    this.#restSize = 0;
    return this.#checked(whole.length, () => whole.toString('utf8'));
  }

  #keep(part: Buffer): void {
    this.#checked(this.#restSize + part.length, () => '');
    this.#rest.push(part);
    this.#restSize += part.length;
  }

  #checked(size: number, text: () => string): string {
    if (size > this.maxLineBytes) throw new RangeError(`a line is longer than ${this.maxLineBytes} bytes`);
    return text();
  }
}
