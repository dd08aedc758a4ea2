/**
 * One instance as one organization sees it, for all clients that follow it live. Its progress is read, masked and put together only when
 * something has changed; progress that takes long to put together is put together less often.
 */
import type { InstanceStreamMessage } from '@cellplane/api';
import type { Database } from '../../database/database.js';
import { runEvents } from '../../engine/run-events.js';
import { Waiters } from '../../process/waiters.js';
import type { Changes, Watched } from './changes.js';
import type { instanceProgress } from '../progress.js';
import type { Seen } from './trace-store.js';

/** What is new, in the order in which it is to be shown. The same objects for everybody. */
export type LiveMessages = readonly InstanceStreamMessage[];

/** What changes without a trace in the rows (the words of Pods and Events) is read once in so many pauses. */
const WHOLE_EVERY = 10;
/** What takes no longer to put together is shown whenever it has changed. Milliseconds. */
const QUICK_MS = 200;
/** Of the time, a part of this is spent on putting together one that takes longer: a run of thousands of tasks is shown less often. */
const PART_OF_TIME = 6;
/** Events of a run that are kept for those who come later; of more, the first are left out. */
const EVENTS_KEPT = 20_000;
/** Messages that are handed on at once. */
const MOST_AT_ONCE = 500;

export interface FeedDeps {
  db: Database;
  instanceId: string;
  changes: Changes;
  progress: () => ReturnType<typeof instanceProgress>;
}

/** One instance as one organization sees it, for all clients that follow it. */
export class Feed implements Watched {
  watchers = 0;
  /** Nothing follows any more. */
  isOver = false;
  failure: Error | undefined;
  shown: InstanceStreamMessage | undefined;
  /** Of the newest run; 0 while it has none. */
  firstEvent = 0;
  private version = 0;
  private text = '';
  private lastEvent = 0;
  private runId = '';
  private events: (InstanceStreamMessage & { event: 'run-event' })[] = [];
  private readonly waiting = new Waiters();
  private latest: Seen | undefined;
  private wake: () => void = () => {};
  private readonly unwatch: () => void;

  constructor(private readonly deps: FeedDeps) {
    this.unwatch = deps.changes.watch(deps.instanceId, this);
    this.follow().catch((error: unknown) => this.failed(error));
  }

  seen(what: Seen): void {
    const isNew = this.latest?.trace !== what.trace || this.latest.active !== what.active;
    this.latest = what;
    if (isNew) this.wake();
  }

  failed(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
    this.end();
  }

  end(): void {
    this.isOver = true;
    this.unwatch();
    this.wake();
    this.tell();
  }

  /** What somebody has not seen who is at this place, which moves on. */
  since(place: { event: number; version: number }): LiveMessages {
    const first = firstAfter(this.events, place.event);
    const news: InstanceStreamMessage[] = this.events.slice(first, first + MOST_AT_ONCE);
    const last = this.events[first + news.length - 1];
    if (last !== undefined && news.length > 0) place.event = last.data.sequence;
    const isWhole = first + news.length === this.events.length;
    if (isWhole && this.shown !== undefined && place.version < this.version) {
      place.version = this.version;
      news.push(this.shown);
    }
    return news;
  }

  /** Resolves when something is new, or the signal aborts. */
  change(signal: AbortSignal): Promise<void> {
    return this.waiting.next(signal);
  }

  private async follow(): Promise<void> {
    let trace: string | undefined;
    let whole = -Infinity;
    let rest = 0;
    while (!this.isOver) {
      const { latest } = this;
      const isChanged = latest !== undefined && latest.trace !== trace;
      // Words of Pods and Events leave no trace in the rows, and there are some only while something goes on.
      const againMs = latest?.active === true ? this.deps.changes.pauseMs * WHOLE_EVERY : Infinity;
      const waitMs = Math.max(isChanged ? 0 : againMs, rest) - (performance.now() - whole);
      if (latest === undefined || waitMs > 0) {
        await this.sleep(latest !== undefined && (isChanged || againMs < Infinity) ? waitMs : undefined);
        continue;
      }
      const began = performance.now();
      await this.refresh();
      whole = performance.now();
      rest = Math.max(0, whole - began - QUICK_MS) * PART_OF_TIME;
      trace = latest.trace;
    }
  }

  /** Resolves when the rows have changed, when the feed ends, or after `ms`. */
  private sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async refresh(): Promise<void> {
    const progress = await this.deps.progress();
    const runId = progress.run?.id ?? '';
    if (runId !== '') await this.readEvents(runId);
    const text = JSON.stringify(progress);
    if (text !== this.text) {
      this.text = text;
      this.version += 1;
      this.shown = { event: 'progress', data: progress };
    }
    if (progress.status === 'DELETED') this.end();
    else this.tell();
  }

  private async readEvents(runId: string): Promise<void> {
    const isNewRun = runId !== this.runId;
    this.runId = runId;
    for (let page = MOST_AT_ONCE, isFirst = isNewRun; page === MOST_AT_ONCE; isFirst = false) {
      const found = await runEvents(this.deps.db, { runId, after: this.lastEvent, limit: MOST_AT_ONCE });
      if (isFirst) this.firstEvent = found[0]?.sequence ?? this.lastEvent + 1;
      for (const { sequence, at, type, step, message } of found) {
        this.lastEvent = sequence;
        this.events.push({
          event: 'run-event',
          id: String(sequence),
          data: { sequence, runId, time: at.toISOString(), type, step, message },
        });
      }
      page = found.length;
    }
    if (this.events.length > EVENTS_KEPT) this.events = this.events.slice(-EVENTS_KEPT);
  }

  private tell(): void {
    this.waiting.wakeAll();
  }
}

/** Index of the first event behind a sequence; they are in order. */
function firstAfter(events: readonly { data: { sequence: number } }[], sequence: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.data.sequence ?? Infinity) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
