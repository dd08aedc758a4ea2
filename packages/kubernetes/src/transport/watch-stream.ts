import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ApiError } from '../failure/errors.js';
import type { HttpAnswer, HttpRequest } from './exchange.js';
import { LineSplitter } from './json-lines.js';
import { failureOfSocket, networkFailure } from '../failure/network-failure.js';

export interface StreamLimits {
  signal?: AbortSignal | undefined;
  /** Until the API server has accepted the watch, milliseconds. */
  openTimeoutMs: number;
  /** Longest silence on an open watch, milliseconds. */
  idleTimeoutMs: number;
  /** Largest line. @default that of the transport */
  maxLineBytes?: number | undefined;
  /** The stream may end within a line, which is given like the others. @default that is a broken connection */
  isLastLineWhole?: boolean;
}

/** A watch that was accepted gives lines; a refused one the answer. */
export type StreamOpened = { kind: 'events'; lines: AsyncIterableIterator<string> } | ({ kind: 'refused' } & HttpAnswer);

/** The reader may be this many lines behind before the connection is told to wait. */
const HIGH_WATER = 1_000;

/**
 * One streamed answer, as lines. Ends when the server ends it; rejects with ApiError when the connection is lost, is silent for
 * too long, or is aborted. A reader that is slow stops the connection (TCP does the rest), it never loses a line.
 */
export class WatchStream implements Dispatcher.DispatchHandler, AsyncIterableIterator<string> {
  readonly #splitter: LineSplitter;
  #controller: Dispatcher.DispatchController | undefined;
  #opened: { resolve: (opened: StreamOpened) => void; reject: (error: ApiError) => void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #refusal: Buffer[] = [];
  #lines: string[] = [];
  #next = 0;
  #reader: { resolve: (result: IteratorResult<string>) => void; reject: (error: ApiError) => void } | undefined;
  #over = false;
  #error: ApiError | undefined;
  #lastByte = 0;

  constructor(
    private readonly call: string,
    private readonly limits: Omit<StreamLimits, 'maxLineBytes'> & { maxLineBytes: number },
  ) {
    this.#splitter = new LineSplitter(limits.maxLineBytes);
  }

  start(dispatcher: Dispatcher, origin: string, request: HttpRequest): Promise<StreamOpened> {
    return new Promise((resolve, reject) => {
      this.#opened = { resolve, reject };
      const { signal, openTimeoutMs } = this.limits;
      if (signal?.aborted === true) {
        this.#onAbort();
        return;
      }
      signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#timer = setTimeout(() => {
        const words = `${this.call}: the watch was not accepted in time (${openTimeoutMs} ms)`;
        this.#fail(networkFailure('Timeout', words, this.#controller !== undefined));
      }, openTimeoutMs);
      dispatcher.dispatch({ origin, ...request, body: null, headersTimeout: 0, bodyTimeout: 0 }, this);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (status !== 200) return;
    clearTimeout(this.#timer);
    this.#lastByte = performance.now();
    this.#timer = setTimeout(this.#onIdle, this.limits.idleTimeoutMs);
    this.#opened?.resolve({ kind: 'events', lines: this });
    this.#opened = undefined;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (this.#status !== 200) {
      this.#refusal.push(chunk);
      return;
    }
    this.#lastByte = performance.now();
    try {
      for (const line of this.#splitter.push(chunk)) this.#emit(line);
    } catch (error) {
      this.#fail(networkFailure('AnswerTooLarge', `${this.call}: ${(error as Error).message}`, true, error));
      return;
    }
    if (this.#lines.length - this.#next > HIGH_WATER) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    if (this.#status !== 200) {
      const answer: HttpAnswer = { status: this.#status, headers: this.#headers, body: Buffer.concat(this.#refusal).toString('utf8') };
      this.#opened?.resolve({ kind: 'refused', ...answer });
      this.#opened = undefined;
      this.#finish();
      return;
    }
    const rest = this.#splitter.end();
    if (rest !== '' && this.limits.isLastLineWhole === true) this.#emit(rest);
    else if (rest !== '') {
      this.#fail(networkFailure('ConnectionLost', `${this.call}: the watch ended in the middle of an event`, true));
      return;
    }
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(failureOfSocket(error, this.call, this.#controller !== undefined));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<string>> {
    const line = this.#lines[this.#next];
    if (line !== undefined) {
      this.#next += 1;
      if (this.#next === this.#lines.length) {
        this.#lines = [];
        this.#next = 0;
        if (this.#controller?.paused === true) {
          // The silence was ours, not the server's.
          this.#lastByte = performance.now();
          this.#controller.resume();
        }
      }
      return Promise.resolve({ done: false, value: line });
    }
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** The reader has had enough: the connection is cut. */
  return(): Promise<IteratorResult<string>> {
    this.#lines = [];
    this.#next = 0;
    if (!this.#over) {
      this.#finish();
      this.#controller?.abort(new Error('the reader has left'));
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #onAbort = (): void => {
    this.#fail(networkFailure('Aborted', `${this.call} was aborted`, this.#controller !== undefined));
  };

  readonly #onIdle = (): void => {
    if (this.#controller?.paused === true) this.#lastByte = performance.now();
    const silence = performance.now() - this.#lastByte;
    if (silence < this.limits.idleTimeoutMs) {
      this.#timer = setTimeout(this.#onIdle, this.limits.idleTimeoutMs - silence);
      return;
    }
    this.#fail(networkFailure('Timeout', `${this.call}: the watch was silent for ${this.limits.idleTimeoutMs} ms`, true));
  };

  #emit(line: string): void {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#lines.push(line);
      return;
    }
    this.#reader = undefined;
    reader.resolve({ done: false, value: line });
  }

  #fail(error: ApiError): void {
    if (this.#over) return;
    this.#error = error;
    this.#finish();
    this.#controller?.abort(error);
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.limits.signal?.removeEventListener('abort', this.#onAbort);
    const error = this.#error;
    const waiting = this.#opened ?? this.#reader;
    if (error !== undefined && waiting !== undefined) {
      this.#error = undefined;
      waiting.reject(error);
    } else this.#reader?.resolve({ done: true, value: undefined });
    this.#opened = undefined;
    this.#reader = undefined;
  }
}
