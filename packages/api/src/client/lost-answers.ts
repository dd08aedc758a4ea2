/**
 * Keys of requests whose answers were lost. A person who sends the same again, because a page has told them that the server does not
 * answer, means the same: it goes with the key of the first try, and is done once (docs/idempotency.md). Whoever has done something else since
 * has seen what became of it, and means it anew.
 */

/** A person who has waited longer begins something new. Milliseconds. */
const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 100;

export class LostAnswers {
  readonly #kept = new Map<string, { key: string; at: number }>();

  constructor(
    private readonly newKey: () => string = randomKey,
    private readonly now: () => number = Date.now,
  ) {}

  /** Sends a request that changes something. `text`: all that it says; undefined: it has no key. */
  async sending<T>(text: string | undefined, send: (key: string) => Promise<T>): Promise<T> {
    const begun = this.now();
    const kept = text === undefined ? undefined : this.#kept.get(text);
    const isAgain = kept !== undefined && begun - kept.at < KEPT_MS;
    const key = isAgain ? kept.key : this.newKey();
    // One takes the key: what is sent beside it, in the same words, is another one.
    if (text !== undefined) this.#kept.delete(text);
    try {
      const answer = await send(key);
      this.#answered(isAgain ? undefined : begun);
      return answer;
    } catch (error) {
      if (isAnswer(error)) this.#answered(isAgain ? undefined : begun);
      else if (text !== undefined) this.#lose(text, key);
      throw error;
    }
  }

  /** `begun`: of something else than what was lost. */
  #answered(begun: number | undefined): void {
    if (begun === undefined) return;
    for (const [other, { at }] of this.#kept) if (at <= begun) this.#kept.delete(other);
  }

  #lose(text: string, key: string): void {
    this.#kept.delete(text);
    this.#kept.set(text, { key, at: this.now() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** The server has said what became of it. With a status of 500 and more, or while the first try goes on, it has not. */
function isAnswer(error: unknown): boolean {
  const { status, body } = (error ?? {}) as { status?: unknown; body?: { code?: unknown } };
  return typeof status === 'number' && status < 500 && body?.code !== 'idempotency-key-in-use';
}

/** Browsers have no `randomUUID` on addresses without TLS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
