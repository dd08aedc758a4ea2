import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ApiError } from '../failure/errors.js';
import { failureOfSocket, networkFailure } from '../failure/network-failure.js';

/** One HTTP request as the API server gets it. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, encoded. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: string | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ExchangeLimits {
  signal?: AbortSignal | undefined;
  /** For the rest of the call; the caller has taken off what it has used up already. */
  timeoutMs: number;
  maxBodyBytes: number;
}

/**
 * Sends one request and reads its whole answer. Works on undici's dispatch level: no stream objects, one timer for everything,
 * and it is known whether a request that failed had been given to a connection (the line between transient and unknown).
 * @throws ApiError, by rejection; an answer with an error status is an answer
 */
export function exchange(dispatcher: Dispatcher, origin: string, request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = new Exchange(`${request.method} ${origin}${request.path}`, limits, resolve, reject);
    if (call.over) return;
    dispatcher.dispatch({ origin, ...request, body: request.body ?? null, headersTimeout: 0, bodyTimeout: 0 }, call);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  over = false;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deadline = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    private readonly call: string,
    private readonly limits: ExchangeLimits,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: ApiError) => void,
  ) {
    if (limits.signal?.aborted === true) {
      this.#onAbort();
      return;
    }
    limits.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#deadline = performance.now() + limits.timeoutMs;
    this.#timer = setTimeout(this.#onTimeout, Math.max(0, limits.timeoutMs));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A process that was suspended may get here before its timers: who calls relies on nothing being sent after its time.
    if (!this.over && performance.now() >= this.#deadline) this.#onTimeout();
    this.#controller = controller;
    // Given up while it waited for a free connection: it must not be sent any more.
    if (this.over) controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.over) return;
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    if (this.#size > this.limits.maxBodyBytes) {
      this.#fail(networkFailure('AnswerTooLarge', `${this.call}: the answer is larger than ${this.limits.maxBodyBytes} bytes`, true));
    }
  }

  onResponseEnd(): void {
    if (!this.#finish()) return;
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#size);
    this.resolve({ status: this.#status, headers: this.#headers, body: body.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#finish()) this.reject(failureOfSocket(error, this.call, this.#controller !== undefined));
  }

  readonly #onAbort = (): void => {
    this.#fail(networkFailure('Aborted', `${this.call} was aborted`, this.#controller !== undefined));
  };

  readonly #onTimeout = (): void => {
    const sent = this.#controller !== undefined;
    const where = this.#status > 0 ? 'the answer was not complete' : sent ? 'no answer' : 'no connection was free';
    this.#fail(networkFailure('Timeout', `${this.call}: ${where} in time (${Math.round(this.limits.timeoutMs)} ms)`, sent));
  };

  #fail(error: ApiError): void {
    if (!this.#finish()) return;
    this.reject(error);
    this.#controller?.abort(error);
  }

  /** True the first time. */
  #finish(): boolean {
    if (this.over) return false;
    this.over = true;
    clearTimeout(this.#timer);
    this.limits.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
