/**
 * Refused requests of people without a session cost them nothing, so that they could fill the disk with them. So many of one address are
 * kept each minute; how many were not is known when the next one is. Pure but for the clock that it is given.
 */
const KEPT_EACH_MINUTE = 60;
const MOST_ADDRESSES = 10_000;
const MINUTE_MS = 60_000;

interface Spent {
  since: number;
  kept: number;
  dropped: number;
}

export class StrangerBudget {
  readonly #spent = new Map<string, Spent>();
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly each = KEPT_EACH_MINUTE,
  ) {}

  /** Whether a refused request of this address is kept, and how many before it were not. */
  spend(address: string): { kept: boolean; dropped: number } {
    const now = this.now();
    const spent = this.#spent.get(address) ?? { since: now, kept: 0, dropped: 0 };
    this.#spent.delete(address);
    if (now - spent.since >= MINUTE_MS) Object.assign(spent, { since: now, kept: 0 });
    const kept = spent.kept < this.each;
    const dropped = kept ? spent.dropped : 0;
    Object.assign(spent, kept ? { kept: spent.kept + 1, dropped: 0 } : { dropped: spent.dropped + 1 });
    this.#spent.set(address, spent);
    // The one that was quiet for longest.
    if (this.#spent.size > MOST_ADDRESSES) this.#spent.delete([...this.#spent.keys()][0] ?? '');
    return { kept, dropped };
  }
}
