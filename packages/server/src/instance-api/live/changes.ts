/**
 * Tells when a watched instance has changed. However many instances are watched, one statement reads all of them.
 *
 * An instance at rest costs nothing by itself: every fact about it comes as a notification (docs/events.md), and a slow poll of all
 * watched instances together finds changes that came without one. While a run or an operation goes on, its rows are polled often: what
 * happens inside a run stands only in these rows.
 */
import type { Database, OpenDatabase } from '../../database/database.js';
import { EVENTS_CHANNEL } from '../../events/event.js';
import { type Seen, selectTraces } from './trace-store.js';

export interface Watched {
  seen(what: Seen): void;
  /** The rows could not be read. */
  failed(error: unknown): void;
}

export interface ChangesDeps {
  db: Database;
  /** @default nothing is notified: the slow poll finds everything */
  listen?: OpenDatabase['listen'] | undefined;
  /** The pause between two polls of the instances with an operation or a run. Milliseconds. */
  pollMs: number;
}

/** The pause grows by this with each such instance, so that a thousand cost no more than forty. Milliseconds. */
const POLL_EACH_MS = 5;
/** All watched instances are polled once in so many pauses. */
const ALL_EVERY = 25;
/** The least time between two polls that notifications cause. Milliseconds. */
const NOTIFIED_APART_MS = 50;
/** Instances in one statement. */
const AT_ONCE = 1_000;

export class Changes {
  private readonly watched = new Map<string, Set<Watched>>();
  private readonly active = new Set<string>();
  private readonly touched = new Set<string>();
  /** When the last poll of each group began. Monotonic milliseconds. */
  private readonly began = { touched: -Infinity, active: -Infinity, all: -Infinity };
  private polling = false;
  private timer: NodeJS.Timeout | undefined;
  private listening: Promise<() => Promise<void>> | undefined;

  constructor(private readonly deps: ChangesDeps) {}

  /** The pause between two polls of the instances with an operation or a run. Milliseconds. */
  get pauseMs(): number {
    return Math.max(this.deps.pollMs, this.active.size * POLL_EACH_MS);
  }

  /** Tells the state of the instance soon, and whenever it may have changed. Answers what ends that. */
  watch(instanceId: string, one: Watched): () => void {
    const all = this.watched.get(instanceId) ?? new Set();
    this.watched.set(instanceId, all.add(one));
    this.listen();
    this.touch(instanceId);
    return () => {
      all.delete(one);
      if (all.size > 0 || this.watched.get(instanceId) !== all) return;
      this.watched.delete(instanceId);
      this.active.delete(instanceId);
      this.touched.delete(instanceId);
      if (this.watched.size === 0) this.rest();
    };
  }

  private touch(instanceId: string): void {
    if (!this.watched.has(instanceId)) return;
    this.touched.add(instanceId);
    this.plan();
  }

  private listen(): void {
    const { listen } = this.deps;
    if (listen === undefined || this.listening !== undefined) return;
    const touchAll = () => {
      for (const id of this.watched.keys()) this.touch(id);
    };
    const listening = listen(EVENTS_CHANNEL, (subject) => this.touch(subject), { onGap: touchAll });
    this.listening = listening;
    // What was notified before is found now.
    listening.then(touchAll, (error: unknown) => {
      if (this.listening === listening) this.listening = undefined;
      this.fail([...this.watched.keys()], error);
    });
  }

  /** Nobody watches any more. */
  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { listening } = this;
    this.listening = undefined;
    // One that could not be begun has told those who watched.
    listening?.then((unlisten) => unlisten()).catch(() => undefined);
  }

  /** Sets the time of the next poll. */
  private plan(): void {
    clearTimeout(this.timer);
    if (this.polling || this.watched.size === 0) return;
    const due = this.due();
    this.timer = setTimeout(() => void this.poll(), Math.max(0, Math.ceil(Math.min(due.all, due.active, due.touched) - performance.now())));
    this.timer.unref();
  }

  /** When each group is to be polled next. */
  private due(): { touched: number; active: number; all: number } {
    return {
      all: this.began.all + this.deps.pollMs * ALL_EVERY,
      active: this.active.size > 0 ? this.began.active + this.pauseMs : Infinity,
      touched: this.touched.size > 0 ? this.began.touched + NOTIFIED_APART_MS : Infinity,
    };
  }

  private async poll(): Promise<void> {
    const now = performance.now();
    const due = this.due();
    const isForAll = now >= due.all;
    const isForActive = isForAll || now >= due.active;
    const ids = isForAll ? [...this.watched.keys()] : [...new Set([...this.touched, ...(isForActive ? this.active : [])])];
    this.touched.clear();
    this.began.touched = now;
    if (isForActive) this.began.active = now;
    if (isForAll) this.began.all = now;
    this.polling = true;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const part = ids.slice(from, from + AT_ONCE);
      await selectTraces(this.deps.db, part).then(
        (found) => this.tell(part, found),
        (error: unknown) => this.fail(part, error),
      );
    }
    this.polling = false;
    this.plan();
  }

  private tell(ids: string[], found: Map<string, Seen>): void {
    for (const id of ids) {
      const watchers = this.watched.get(id);
      if (watchers === undefined) continue;
      const what = found.get(id) ?? { trace: 'gone', active: false };
      if (what.active) this.active.add(id);
      else this.active.delete(id);
      for (const one of watchers) one.seen(what);
    }
  }

  private fail(ids: string[], error: unknown): void {
    for (const id of ids) for (const one of this.watched.get(id) ?? []) one.failed(error);
  }
}
