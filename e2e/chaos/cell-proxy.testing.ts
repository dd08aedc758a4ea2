/**
 * Stands between the control plane and a cell's API server: refuses calls, delays them, carries them out and never answers,
 * or is away altogether. Plain HTTP on the near side, the API server's own TLS on the far side.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Random } from './random.testing.js';

export interface CellProxy {
  url: string;
  /** Share of calls that fail; 0 = none. A third of them is refused, a third late, a third carried out and not answered. */
  faults: number;
  /** True: nothing gets through, and open watches break. */
  away: boolean;
  counts: { calls: number; refused: number; delayed: number; unanswered: number };
  close(): Promise<void>;
}

/** Longer than any call's time-out of the program, so that a late answer is no answer. Milliseconds. */
const LONGEST_DELAY_MS = 3_000;

export async function startCellProxy(upstream: { url: string; certificate: string }, random: Random): Promise<CellProxy> {
  const far = new URL(upstream.url);
  const agent = new Agent({ keepAlive: true, ca: upstream.certificate });
  const sockets = new Set<Socket>();
  const counts = { calls: 0, refused: 0, delayed: 0, unanswered: 0 };
  const late = new Set<NodeJS.Timeout>();
  let away = false;

  /** `answered`: the caller hears of it. `tied`: it ends with the caller. */
  const forward = (
    request: IncomingMessage,
    response: ServerResponse,
    { answered, tied = answered, body = request }: { answered: boolean; tied?: boolean; body?: Readable },
  ) => {
    const { host: _host, ...headers } = request.headers;
    const onward = send({ host: far.hostname, port: far.port, method: request.method, path: request.url, headers, agent }, (answer) => {
      // Carried out: the answer is read to its end, and given to nobody. The caller waits until its own time is over.
      if (!answered) return void answer.resume();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    onward.on('error', () => response.destroy());
    if (tied) response.on('close', () => onward.destroy());
    body.on('error', () => onward.destroy()).pipe(onward);
  };

  /** Sent on even if the caller has given up by then: late, not lost. The body is read at once, since it goes with the caller. */
  const delay = async (request: IncomingMessage, response: ServerResponse) => {
    const delayMs = random.next() * LONGEST_DELAY_MS;
    const body = await buffer(request);
    counts.delayed += 1;
    const timer = setTimeout(() => {
      late.delete(timer);
      // A question that nobody asks any more has no effect.
      if (away || (response.closed && request.method === 'GET')) return void response.destroy();
      forward(request, response, { answered: true, body: Readable.from([body]), tied: request.method === 'GET' });
    }, delayMs);
    late.add(timer);
  };

  const server = createServer((request, response) => {
    if (away) return void request.socket.destroy();
    counts.calls += 1;
    if (proxy.faults === 0 || !random.chance(proxy.faults)) return forward(request, response, { answered: true });
    const kind = random.below(3);
    if (kind === 0) {
      counts.refused += 1;
      return void request.socket.destroy();
    }
    // One whose caller gives up before its body has come is lost, not late.
    if (kind === 1) return void delay(request, response).catch(() => response.destroy());
    counts.unanswered += 1;
    forward(request, response, { answered: new URL(request.url ?? '/', far).searchParams.get('watch') !== null });
  });
  server.keepAliveTimeout = 90_000;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (away) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: CellProxy = {
    url: `http://127.0.0.1:${port}`,
    faults: 0,
    counts,
    get away() {
      return away;
    },
    set away(now: boolean) {
      away = now;
      if (now) drop();
    },
    close: async () => {
      for (const timer of late) clearTimeout(timer);
      drop();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
