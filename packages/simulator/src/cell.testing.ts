import { request } from 'node:https';
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
import { type JsonObject, isObject, stringAt } from './json.js';

/** A running cell and a small client for it. */
export interface TestCell {
  simulator: Simulator;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ code: number; body: JsonObject }>;
  /** Reads a path until the answer satisfies the test, following a watch of the collection; rejects after 10 s. */
  until(path: string, test: (object: JsonObject) => boolean): Promise<JsonObject>;
  /** Resolves when the path answers 404; rejects after 10 s. */
  untilGone(path: string): Promise<void>;
}

/** Starts a cell for the running test, which stops it when it is done. */
export async function testCell(options: SimulatorOptions = {}): Promise<TestCell> {
  const simulator = await startSimulator({ speed: 20, ...options });
  onTestFinished(() => simulator.stop());
  const call: TestCell['call'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const sent = request(
        new URL(path, simulator.url),
        {
          method,
          ca: simulator.certificate,
          headers: {
            authorization: `Bearer ${simulator.token}`,
            ...(text !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
            ...headers,
          },
        },
        (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (answer += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const parsed: unknown = answer.startsWith('{') ? JSON.parse(answer) : { text: answer };
            resolve({ code: response.statusCode ?? 0, body: isObject(parsed) ? parsed : {} });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  const until: TestCell['until'] = async (path, test) => {
    const deadline = Date.now() + 10_000;
    const collection = path.slice(0, path.lastIndexOf('/'));
    for (;;) {
      const found = await call('GET', path);
      if (found.code === 200 && test(found.body)) return found.body;
      if (Date.now() > deadline) throw new Error(`${path}: not in 10 s: ${JSON.stringify(found.body)}`);
      // A watch from what was read ends with the next change, or by time.
      await nextChange(simulator, collection, stringAt(found.body, 'metadata', 'resourceVersion'));
    }
  };
  const untilGone: TestCell['untilGone'] = async (path) => {
    const deadline = Date.now() + 10_000;
    const collection = path.slice(0, path.lastIndexOf('/'));
    for (;;) {
      const found = await call('GET', path);
      if (found.code === 404) return;
      if (Date.now() > deadline) throw new Error(`${path}: not gone in 10 s: ${JSON.stringify(found.body)}`);
      await nextChange(simulator, collection, stringAt(found.body, 'metadata', 'resourceVersion'));
    }
  };
  return { simulator, call, until, untilGone };
}

function nextChange(simulator: Simulator, collection: string, version: string): Promise<void> {
  const query = `watch=1&timeoutSeconds=1${version === '' ? '' : `&resourceVersion=${version}`}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(`${collection}?${query}`, simulator.url),
      { ca: simulator.certificate, headers: { authorization: `Bearer ${simulator.token}` } },
      (response) => {
        response.once('data', () => response.destroy());
        response.on('close', () => resolve());
        response.on('error', () => resolve());
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
