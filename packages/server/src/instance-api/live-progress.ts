/**
 * Progress of instances for those who look on live. However many look at one instance, it is looked at once, and all get the same messages.
 * A look is cheap as long as nothing has changed; the whole is read, masked and put together only when something has, and what
 * takes long for no more than a part of the time.
 */
import type { Caller, InstanceStreamMessage } from '@cellplane/api';
import { runEvents } from '../engine/run-events.js';
import { type Database, sql } from '../database/database.js';
import { pause } from '../process/timer.js';
import { instanceProgress } from './progress.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { RunViews } from './run-views.js';

/** What is new, in the order in which it is to be shown. The same objects for everybody. */
export type LiveMessages = readonly InstanceStreamMessage[];

/** How often it is asked whether something has changed. Milliseconds. */
const LOOK_MS = 200;
/** And for each instance that somebody looks at, so that a thousand of them cost no more than forty. Milliseconds. */
const LOOK_EACH_MS = 5;
/** What changes without a trace in the rows (the words of Pods and Events) is looked for in so many times the pause. */
const WHOLE_EVERY = 10;
/** What takes no longer to put together is shown whenever it has changed. Milliseconds. */
const QUICK_MS = 200;
/** Of the time, a part of this is spent on putting together one that takes longer: a run of thousands of tasks is shown less often. */
const PART_OF_TIME = 6;
/** Events of a run that are kept for those who come later; of more, the first are left out. */
const EVENTS_KEPT = 20_000;
/** Messages that are handed on at once. */
const MOST_AT_ONCE = 500;

/**
 * Progress first and whenever it has changed, each new event of the newest run; ends when the instance is deleted, for one that was deleted
 * before with its last state. What somebody is too slow for is left out, except events. @throws DomainError not_found, before the first message
 */
export function openLiveProgress(deps: InstanceDeps, runs: RunViews, { lookMs = LOOK_MS }: { lookMs?: number } = {}) {
  const feeds = new Map<string, Feed>();
  return async function* (
    caller: Pick<Caller, 'orgId'>,
    instanceId: string,
    options: { after: number; signal: AbortSignal },
  ): AsyncGenerator<LiveMessages> {
    // What one organization may see of an instance, another may not.
    const key = JSON.stringify([caller.orgId, instanceId]);
    const { signal } = options;
    let feed = feeds.get(key);
    if (feed === undefined) {
      const pauseMs = () => Math.max(lookMs, feeds.size * LOOK_EACH_MS);
      feed = new Feed({ db: deps.db, instanceId, progress: () => instanceProgress(deps, runs, caller, instanceId), pauseMs });
      feeds.set(key, feed);
    }
    feed.watchers += 1;
    try {
      while (feed.shown === undefined && !feed.isOver && !signal.aborted) await feed.change(signal);
      const place = { event: Math.max(options.after, feed.firstEvent - 1), version: 0 };
      while (!signal.aborted) {
        const news = feed.since(place);
        if (news.length > 0) yield news;
        else if (feed.failure !== undefined) throw feed.failure;
        else if (feed.isOver) return;
        else await feed.change(signal);
      }
    } finally {
      feed.watchers -= 1;
      if (feed.watchers === 0 || feed.isOver) {
        feed.end();
        if (feeds.get(key) === feed) feeds.delete(key);
      }
    }
  };
}

interface FeedDeps {
  db: Database;
  instanceId: string;
  progress: () => ReturnType<typeof instanceProgress>;
  pauseMs: () => number;
}

/** One instance as one organization sees it, for all who look at it. */
class Feed {
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
  private readonly waiting = new Set<() => void>();
  private readonly stopping = new AbortController();

  constructor(private readonly deps: FeedDeps) {
    this.follow().catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.isOver = true;
      this.tell();
    });
  }

  end(): void {
    this.isOver = true;
    this.stopping.abort();
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
    return new Promise((resolve) => {
      const end = () => {
        this.waiting.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.waiting.add(end);
      signal.addEventListener('abort', end);
    });
  }

  private async follow(): Promise<void> {
    let trace = '';
    let whole = -Infinity;
    let rest = 0;
    while (!this.isOver) {
      const pauseMs = this.deps.pauseMs();
      const next = await selectTrace(this.deps.db, this.deps.instanceId);
      const age = performance.now() - whole;
      if ((next !== trace && age >= rest) || age >= Math.max(pauseMs * WHOLE_EVERY, rest)) {
        const began = performance.now();
        await this.look();
        whole = performance.now();
        rest = Math.max(0, whole - began - QUICK_MS) * PART_OF_TIME;
        trace = next;
      }
      if (!this.isOver) await pause(pauseMs, this.stopping.signal);
    }
  }

  private async look(): Promise<void> {
    const progress = await this.deps.progress();
    const runId = progress.run?.id ?? '';
    if (runId !== '') await this.readEvents(runId);
    const text = JSON.stringify(progress);
    if (text !== this.text) {
      this.text = text;
      this.version += 1;
      this.shown = { event: 'progress', data: progress };
    }
    if (progress.status === 'DELETED') this.isOver = true;
    this.tell();
  }

  private async readEvents(runId: string): Promise<void> {
    const isNewRun = runId !== this.runId;
    this.runId = runId;
    for (let page = MOST_AT_ONCE, isFirst = isNewRun; page === MOST_AT_ONCE; isFirst = false) {
      const found = await runEvents(this.deps.db, { runId, after: this.lastEvent, limit: MOST_AT_ONCE });
      if (isFirst) this.firstEvent = found[0]?.sequence ?? this.lastEvent + 1;
      for (const { sequence, at, type, step, message } of found) {
        this.lastEvent = sequence;
        this.events.push({ event: 'run-event', data: { sequence, runId, time: at.toISOString(), type, step, message } });
      }
      page = found.length;
    }
    if (this.events.length > EVENTS_KEPT) this.events = this.events.slice(-EVENTS_KEPT);
  }

  private tell(): void {
    for (const wake of this.waiting) wake();
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

/** A short text that is another one when the instance, its operations, its newest run, or that one's events have changed. */
async function selectTrace(db: Database, instanceId: string): Promise<string> {
  const { rows } = await sql<{ trace: string }>`
    select concat_ws(' ', i.xmin, r.id, r.phase, r.finished_at, md5(r.message || r.code || r.paused || coalesce(r.breakpoints::text, '')),
      (select max(e.sequence) from run_events e where e.run_id = r.id),
      (select string_agg(s.xmin::text, ',' order by s.name) from run_stages s where s.run_id = r.id),
      (select count(*) || ',' || max(t.xmin::text::bigint) from run_tasks t where t.run_id = r.id and t.watch is not null),
      (select string_agg(o.xmin::text, ',' order by o.id) from operations o
        where o.instance_id = i.id and o.status in ('running', 'waiting'))) as trace
    from instances i
    left join lateral (select * from runs where subject = i.id order by created_at desc, id desc limit 1) r on true
    where i.id = ${instanceId}`.execute(db);
  return rows[0]?.trace ?? '';
}
