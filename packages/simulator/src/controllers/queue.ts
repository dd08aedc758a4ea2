import type { Clock } from '../clock.js';

/**
 * Work by key, one at a time: a key that is added again while it waits is done once. Work happens after the current turn, as a real
 * controller acts after the API server has answered.
 */
export class WorkQueue<K extends string> {
  readonly #due = new Map<K, () => void>();
  #stopped = false;

  constructor(
    readonly clock: Clock,
    readonly work: (key: K) => void,
    readonly onError: (error: unknown) => void,
  ) {}

  /** Does the key's work after so many milliseconds; work that is planned already stays planned as it is. */
  add(key: K, ms = 0): void {
    if (this.#stopped || this.#due.has(key)) return;
    this.#due.set(
      key,
      this.clock.after(ms, () => {
        this.#due.delete(key);
        try {
          this.work(key);
        } catch (error) {
          this.onError(error);
        }
      }),
    );
  }

  /** Does the key's work after so many milliseconds and not before, whatever was planned. */
  hold(key: K, ms: number): void {
    this.#due.get(key)?.();
    this.#due.delete(key);
    this.add(key, ms);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }
}
