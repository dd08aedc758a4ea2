/**
 * Work whose length and memory others choose, beside the event loop: in a few threads with limits, and with a short queue before them.
 * Requests, leases and probes of this process never wait for it. A thread is started when it is needed, kept for the next piece of work,
 * and let go when there was none for a while.
 */
import { Worker } from 'node:worker_threads';

export interface ThreadLimits {
  /** Pieces of work at once. */
  threads: number;
  /** Pieces that may wait for a thread. */
  waiting: number;
  /** From its begin in a thread. */
  milliseconds: number;
  /** Of the heap of one thread. */
  megabytes: number;
  /** A thread without work is let go after this. @default 60000 */
  idleMilliseconds?: number;
}

/** A piece of work was stopped: it took too long, or too much memory or stack. */
export class TooCostlyError extends Error {
  override readonly name = 'TooCostlyError';
}

/** All threads are at work, and as many pieces wait as may. */
export class ThreadsBusyError extends Error {
  override readonly name = 'ThreadsBusyError';
}

export interface Threads<I, O> {
  /** @throws TooCostlyError, ThreadsBusyError */
  run(input: I): Promise<O>;
  /** Ends all threads; work that is under way is refused as too costly. */
  close(): Promise<void>;
}

/** What a thread answers. */
export type ThreadAnswer<O> = { output: O } | { tooDeep: string } | { defect: string };

interface Job<I, O> {
  input: I;
  resolve: (output: O) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  /** Set while it is at work. */
  end?: (how: { error: Error }) => void;
  idle?: NodeJS.Timeout;
}

/** `file` is a built module that answers each message with a `ThreadAnswer`, as `answerMessages` does. */
export function openThreads<I, O>(file: URL, limits: ThreadLimits): Threads<I, O> {
  const threads = new Set<Thread>();
  const queue: Job<I, O>[] = [];

  const letGo = async (thread: Thread) => {
    threads.delete(thread);
    clearTimeout(thread.idle);
    await thread.worker.terminate();
  };

  const start = (): Thread => {
    const worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 32 },
      // What it needs is sent to it.
      env: {},
      execArgv: [],
    });
    // It keeps no process alive.
    worker.unref();
    const thread: Thread = { worker };
    threads.add(thread);
    const lost = (error: Error) => {
      threads.delete(thread);
      thread.end?.({ error });
    };
    worker.on('error', (error: NodeJS.ErrnoException) =>
      lost(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new TooCostlyError(`it takes more than ${limits.megabytes} MB of memory`) : error),
    );
    worker.on('exit', () => lost(new TooCostlyError('its thread ended')));
    return thread;
  };

  const next = () => {
    const job = queue[0];
    if (job === undefined) return;
    const thread = [...threads].find((one) => one.end === undefined) ?? (threads.size < limits.threads ? start() : undefined);
    if (thread === undefined) return;
    queue.shift();
    work(thread, job);
  };

  const work = (thread: Thread, { input, resolve, reject }: Job<I, O>) => {
    clearTimeout(thread.idle);
    const timer = setTimeout(() => {
      end({ error: new TooCostlyError(`it takes more than ${limits.milliseconds / 1000} s`) });
      void letGo(thread);
    }, limits.milliseconds);
    const end = (how: { error: Error } | { output: O }) => {
      clearTimeout(timer);
      thread.worker.removeAllListeners('message');
      delete thread.end;
      thread.idle = setTimeout(() => void letGo(thread), limits.idleMilliseconds ?? 60_000).unref();
      if ('error' in how) reject(how.error);
      else resolve(how.output);
      // Behind what goes on now: a thread that is let go is no thread any more by then.
      queueMicrotask(next);
    };
    thread.end = end;
    thread.worker.on('message', (answer: ThreadAnswer<O>) => {
      if ('output' in answer) end(answer);
      else end({ error: 'tooDeep' in answer ? new TooCostlyError('it nests too deeply') : new Error(answer.defect) });
    });
    thread.worker.postMessage(input, []);
  };

  return {
    run(input) {
      // One more than there are threads would begin at once: it does not wait.
      const free = limits.threads - [...threads].filter((one) => one.end !== undefined).length;
      if (queue.length >= limits.waiting + free) return Promise.reject(new ThreadsBusyError('all threads are at work'));
      return new Promise((resolve, reject) => {
        queue.push({ input, resolve, reject });
        next();
      });
    },
    async close() {
      for (const job of queue.splice(0)) job.reject(new TooCostlyError('the server stops'));
      await Promise.all([...threads].map(letGo));
    },
  };
}
