/**
 * The one stream of this tab: what has changed, and the progress of the instances that pages show. It is opened again where it breaks
 * off, and goes on after the last message that was heard. A tab that is out of sight for a while closes it: browsers open few
 * connections to one server, and what was missed is caught up with when the tab is looked at again.
 */
import { type Change, type ChangesMessage, type Client, type InstanceProgress, ResponseError } from '@cellplane/api/client';

/** Resting: nobody is signed in, or the tab is out of sight. */
export type ConnectionState = 'resting' | 'opening' | 'live' | 'lost';

/** What somebody hears who follows an instance. */
export type ProgressListener = (heard: { progress: InstanceProgress } | { refusal: Error }) => void;

export interface ConnectionDeps {
  follow: Client['followChanges'];
  /** Things have changed. */
  onChange: (change: Change) => void;
  /** Anything may have changed. */
  onGap: () => void;
  /** Milliseconds; doubled with each failure up to the most. */
  firstPauseMs?: number;
  mostPauseMs?: number;
}

const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;
/** A stream that ends sooner counts as a failure. Milliseconds. */
const SHORT_MS = 2_000;
/** Servers of one installation hear from all tabs after a restart: not from all at once. */
const JITTER = 0.3;

export class TabConnection {
  #state: ConnectionState = 'resting';
  #place: string | undefined;
  #isWanted = false;
  #run: AbortController | undefined;
  /** Cut off, so that it is opened again with other instances. */
  #one: AbortController | undefined;
  readonly #followed = new Map<string, Set<ProgressListener>>();
  readonly #listeners = new Set<() => void>();

  constructor(private readonly deps: ConnectionDeps) {}

  readonly state = (): ConnectionState => this.#state;

  /** Calls the listener when the state is another one; answers what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Opens the stream, and keeps it open until `rest`. */
  begin(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#run = new AbortController();
    void this.#keepOpen(this.#run.signal);
  }

  /** Closes the stream. `forget`: another person may come, whose place is another one. */
  rest({ forget = false } = {}): void {
    this.#isWanted = false;
    this.#run?.abort();
    if (forget) this.#place = undefined;
    this.#become('resting');
  }

  /** Hears of an instance until the answer is called. */
  follow(instanceId: string, listener: ProgressListener): () => void {
    const listeners = this.#followed.get(instanceId) ?? new Set();
    this.#followed.set(instanceId, listeners.add(listener));
    this.#openAgain();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#followed.get(instanceId) !== listeners) return;
      this.#followed.delete(instanceId);
      this.#openAgain();
    };
  }

  /** With the instances that are followed now. Pages that come and go at once cause one opening. */
  #openAgain(): void {
    const before = this.#one;
    queueMicrotask(() => {
      if (this.#one === before) before?.abort('other instances');
    });
  }

  async #keepOpen(signal: AbortSignal): Promise<void> {
    const { firstPauseMs = FIRST_PAUSE_MS, mostPauseMs = MOST_PAUSE_MS } = this.deps;
    let pauseMs = 0;
    while (!signal.aborted) {
      const one = new AbortController();
      this.#one = one;
      let isRefused = false;
      const began = performance.now();
      if (this.#state !== 'lost' && this.#state !== 'live') this.#become('opening');
      try {
        await this.#read(AbortSignal.any([signal, one.signal]));
      } catch (error) {
        isRefused = error instanceof ResponseError && error.status < 500 && error.status !== 429;
        if (!one.signal.aborted && !signal.aborted && pauseMs > 0) this.#become('lost');
      }
      if (signal.aborted) return;
      if (one.signal.aborted) continue;
      // The role does not allow it, or the session is over: whoever signs in again begins anew.
      if (isRefused) return this.rest();
      if (performance.now() - began > SHORT_MS) pauseMs = 0;
      // At once the first time: a token that is an hour old ends the stream, too.
      await pause(pauseMs * (1 + Math.random() * JITTER), signal);
      pauseMs = pauseMs === 0 ? firstPauseMs : Math.min(pauseMs * 2, mostPauseMs);
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const instances = [...this.#followed.keys()];
    const options = { signal, instances, ...(this.#place === undefined ? {} : { after: this.#place }) };
    const isFirst = this.#place === undefined;
    for await (const message of this.deps.follow(options)) this.#hear(message, isFirst);
  }

  #hear(message: ChangesMessage, isFirst: boolean): void {
    if ('id' in message && message.id !== '') this.#place = message.id;
    switch (message.event) {
      case 'ready':
        this.#become('live');
        // What was loaded before the stream began may be old already.
        if (isFirst) this.deps.onGap();
        return;
      case 'gap':
        this.#become('live');
        return this.deps.onGap();
      case 'change':
        return this.deps.onChange(message.data);
      case 'progress':
        return this.#tell(message.data.instanceId, { progress: message.data });
      case 'refused':
        return this.#tell(message.data.instanceId, { refusal: new Error(message.data.message) });
    }
  }

  #tell(instanceId: string, heard: Parameters<ProgressListener>[0]): void {
    for (const listener of this.#followed.get(instanceId) ?? []) listener(heard);
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
