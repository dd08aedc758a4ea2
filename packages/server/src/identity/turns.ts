/**
 * Who works next, where only a few may work at once. Those who wait take turns by key, so that one who asks a hundred times gets no more than
 * one who asks once; where there is no seat left, whoever holds the most of them gives one up. What is asked for first-class (`preferred`)
 * has seats of its own and three of four turns.
 */

export interface TurnsOptions {
  /** How many work at a time. */
  atOnce: number;
  /** How many may wait, in each of the two classes. */
  seats: number;
  /** How long one waits at most. Milliseconds. */
  waitMs: number;
}

export interface TurnRequest {
  /** Those with the same key share turns and seats. */
  key: string;
  preferred?: boolean;
  /** Aborts when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

/** There was no seat, or none of the turns came in time. */
export class NoTurn extends Error {
  override readonly name = 'NoTurn';
}

interface Waiter {
  key: string;
  begin: () => void;
  refuse: () => void;
}

/** Turns of four that the preferred have when others wait, too. */
const PREFERRED_TURNS = 3;

/** See the head of this file. */
export class Turns {
  private working = 0;
  private preferredInRow = 0;
  private readonly preferred: Class;
  private readonly others: Class;

  constructor(private readonly options: TurnsOptions) {
    this.preferred = new Class(options.seats);
    this.others = new Class(options.seats);
  }

  /** How many work and wait at the moment. */
  get load(): { working: number; waiting: number } {
    return { working: this.working, waiting: this.preferred.size + this.others.size };
  }

  /** Does the work when it is its turn. @throws NoTurn; the signal's reason */
  async run<T>(request: TurnRequest, work: () => Promise<T>): Promise<T> {
    await this.begin(request);
    try {
      return await work();
    } finally {
      this.working -= 1;
      this.next();
    }
  }

  private begin({ key, preferred = false, signal }: TurnRequest): Promise<void> {
    signal?.throwIfAborted();
    if (this.working < this.options.atOnce) {
      this.working += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const seats = preferred ? this.preferred : this.others;
      const leave = (error: unknown) => {
        seats.remove(waiter);
        settle();
        reject(error);
      };
      const gone = () => leave(signal?.reason);
      const timer = setTimeout(() => leave(new NoTurn('no turn came in time')), this.options.waitMs);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
      };
      const waiter: Waiter = {
        key,
        begin: () => {
          settle();
          resolve();
        },
        refuse: () => {
          settle();
          reject(new NoTurn('too many wait'));
        },
      };
      signal?.addEventListener('abort', gone, { once: true });
      if (!seats.add(waiter)) waiter.refuse();
    });
  }

  private next(): void {
    if (this.working >= this.options.atOnce) return;
    const others = this.others.size > 0 && (this.preferred.size === 0 || this.preferredInRow >= PREFERRED_TURNS);
    this.preferredInRow = others ? 0 : this.preferredInRow + 1;
    const waiter = (others ? this.others : this.preferred).take();
    if (waiter === undefined) return;
    this.working += 1;
    waiter.begin();
  }
}

/** Those who wait, in the order of their keys' turns. */
class Class {
  size = 0;
  private readonly waiting = new Map<string, Waiter[]>();

  constructor(private readonly seats: number) {}

  /** False if there is no seat, and nobody holds more than this one's key would then. */
  add(waiter: Waiter): boolean {
    const own = this.waiting.get(waiter.key) ?? [];
    if (this.size >= this.seats) {
      const most = [...this.waiting.values()].reduce((a, b) => (b.length > a.length ? b : a), own);
      if (most.length <= own.length + 1) return false;
      // The one that has waited for the shortest time.
      const last = most.at(-1);
      if (last === undefined) return false;
      this.remove(last);
      last.refuse();
    }
    this.waiting.set(waiter.key, [...own, waiter]);
    this.size += 1;
    return true;
  }

  /** The first of the key whose turn it is; that key is last then. */
  take(): Waiter | undefined {
    const [entry] = this.waiting;
    if (entry === undefined) return undefined;
    const [key, [first, ...rest]] = entry;
    this.waiting.delete(key);
    if (rest.length > 0) this.waiting.set(key, rest);
    this.size -= 1;
    return first;
  }

  remove(waiter: Waiter): void {
    const own = this.waiting.get(waiter.key);
    if (own?.includes(waiter) !== true) return;
    const rest = own.filter((one) => one !== waiter);
    if (rest.length > 0) this.waiting.set(waiter.key, rest);
    else this.waiting.delete(waiter.key);
    this.size -= 1;
  }
}
