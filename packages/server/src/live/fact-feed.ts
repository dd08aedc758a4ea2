/**
 * The newest facts, read once for all who follow them. PostgreSQL notifies of new events, and nothing is read otherwise. The last ones are
 * kept, so that whoever was away for a moment, or all of them after a restart of the server, go on where they were without a read of
 * their own. Whoever was away for longer is told that there is a gap.
 */
import type { Database, OpenDatabase } from '../database/database.js';
import { messageOf } from '../errors.js';
import { EVENTS_CHANNEL } from '../events/event.js';
import { placeEvents, selectHead } from '../events/store.js';
import type { Logger } from '../log.js';
import { Waiters } from '../process/waiters.js';
import type { Fact } from './change.js';
import { type ReadFact, selectFacts } from './fact-store.js';

/** Facts that are kept. */
const KEPT = 2_000;
/** Facts of one read. */
const AT_ONCE = 500;
/** Notifications of so long are answered with one read. Milliseconds. */
const GATHER_MS = 40;
const RETRY_MS = 1_000;

export interface FactFeedDeps {
  db: Database;
  listen: OpenDatabase['listen'];
  log: Logger;
  /** The organization that runs the installation. */
  providerOrgId: string;
  /** Whether members of its subscription may know of an instance's runs of one of the plan's own workflows. */
  isSeenByMembers: (db: Database, instanceId: string, verb: string) => Promise<boolean>;
}

export class FactFeed {
  private facts: Fact[] = [];
  /** All facts after this position, up to the head, are kept. */
  private start = 0;
  private head = 0;
  private followers = 0;
  private opening: Promise<() => Promise<void>> | undefined;
  private reading: Promise<void> | undefined;
  private isStale = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Waiters();

  constructor(private readonly deps: FactFeedDeps) {}

  /** Follows the facts. Rejects where the database does not answer. Whoever has it calls `close`, once. */
  async open(): Promise<{ close: () => void; head: number }> {
    this.followers += 1;
    try {
      await (this.opening ??= this.begin());
      return { close: () => this.leave(), head: this.head };
    } catch (error) {
      this.opening = undefined;
      this.leave();
      throw error;
    }
  }

  /** The facts behind a position; undefined: they are not all kept any more, or it is none of this database. */
  since(position: number): { facts: readonly Fact[]; head: number } | undefined {
    if (position < this.start || position > this.head) return undefined;
    let first = this.facts.length;
    while (first > 0 && (this.facts[first - 1]?.position ?? 0) > position) first -= 1;
    return { facts: this.facts.slice(first), head: this.head };
  }

  /** Resolves when there is a fact behind the position, or the signal aborts. */
  async behind(position: number, signal: AbortSignal): Promise<void> {
    while (this.head <= position && !signal.aborted) await this.waiting.next(signal);
  }

  /** The last position that was read. */
  get position(): number {
    return this.head;
  }

  private async begin(): Promise<() => Promise<void>> {
    // Of those who followed before.
    await this.reading;
    const unlisten = await this.deps.listen(EVENTS_CHANNEL, () => this.wake(), { onGap: () => this.wake() });
    try {
      const { position } = await selectHead(this.deps.db);
      this.start = Math.max(0, position - KEPT);
      this.head = this.start;
      this.facts = [];
      this.reading = this.read().finally(() => {
        this.reading = undefined;
      });
      await this.reading;
      if (this.isStale) this.later(GATHER_MS);
      return unlisten;
    } catch (error) {
      await unlisten();
      throw error;
    }
  }

  private leave(): void {
    this.followers -= 1;
    if (this.followers > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const { opening } = this;
    this.opening = undefined;
    opening?.then((unlisten) => unlisten()).catch(() => undefined);
  }

  private wake(): void {
    this.isStale = true;
    this.later(GATHER_MS);
  }

  private later(ms: number): void {
    if (this.timer !== undefined || this.reading !== undefined || this.followers === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.isStale = false;
      this.reading = this.read()
        .catch((error: unknown) => {
          this.deps.log.warn({ error: messageOf(error) }, 'facts for open pages could not be read');
          this.isStale = true;
          return new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS).unref());
        })
        .finally(() => {
          this.reading = undefined;
          if (this.isStale) this.later(GATHER_MS);
        });
    }, ms);
    this.timer.unref();
  }

  /** Reads what is new. An event gets its position after its commit, from whichever copy of the program is first: here, too. */
  private async read(): Promise<void> {
    const { db, providerOrgId } = this.deps;
    while ((await selectHead(db)).isFresh) if ((await placeEvents(db)) === 0) break;
    for (let count = AT_ONCE; count === AT_ONCE; ) {
      const found = await selectFacts(db, { after: this.head, limit: AT_ONCE, providerOrgId });
      count = found.length;
      this.keep(await this.audienceOf(found));
    }
  }

  private async audienceOf(found: readonly ReadFact[]): Promise<Fact[]> {
    const { db, isSeenByMembers } = this.deps;
    const known = new Map<string, Promise<boolean>>();
    const isSeen = (instanceId: string, verb: string) => {
      const key = `${instanceId} ${verb}`;
      const seen = known.get(key) ?? isSeenByMembers(db, instanceId, verb);
      known.set(key, seen);
      return seen;
    };
    const facts: Fact[] = [];
    for (const { customVerb, ...fact } of found)
      facts.push({ ...fact, isProvidersOnly: customVerb !== null && !(await isSeen(fact.subject, customVerb)) });
    return facts;
  }

  private keep(found: readonly Fact[]): void {
    const last = found.at(-1);
    if (last === undefined) return;
    this.facts.push(...found);
    this.head = last.position;
    const tooMany = this.facts.length - KEPT;
    if (tooMany > 0) {
      this.start = this.facts[tooMany - 1]?.position ?? this.start;
      this.facts = this.facts.slice(tooMany);
    }
    this.waiting.wakeAll();
  }
}
