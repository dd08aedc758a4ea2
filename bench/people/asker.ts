/** Requests over kept connections, and the processor time that they cost. */
import { Agent, request as send } from 'node:http';
import { processorTime } from '../processes.js';
import { each, pause, type World } from '../world.js';

/** Somebody who asks one server with one token. */
export type Asker = (method: string, path: string, body?: object) => Promise<unknown>;

/** Throws for an answer that is no success. A client that costs little, since it shares the machine with what is measured. */
export function askerOf(url: string, token: string, connections = 4): Asker {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      };
      const request = send({ agent, hostname, port, method, path: path.startsWith('/api/') ? path : `/2022-09-01-00${path}`, headers });
      request.on('error', reject);
      request.on('response', (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (answer += piece));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 300) reject(new Error(`${method} ${path} answered ${statusCode}: ${answer.slice(0, 300)}`));
          else resolve(answer === '' ? undefined : JSON.parse(answer));
        });
      });
      request.end(text);
    });
}

/** Processor time of server and PostgreSQL for each of so many requests, milliseconds; what they use at rest is taken off. */
export async function costOf(
  world: World,
  times: number,
  ask: (index: number) => Promise<unknown>,
): Promise<{ server: number; postgres: number }> {
  const look = async () => {
    const postgres = await processorTime(world.postmaster);
    return {
      server: (await processorTime(world.product.child.pid ?? 0)).own,
      postgres: postgres.own + postgres.started,
      at: performance.now(),
    };
  };
  const rest = 5_000;
  const [quiet] = [await look()];
  await pause(rest);
  const before = await look();
  await each(
    Array.from({ length: times }, (_, index) => index),
    4,
    async (index) => void (await ask(index)),
  );
  const after = await look();
  const idle = (of: 'server' | 'postgres') => ((before[of] - quiet[of]) / (before.at - quiet.at)) * (after.at - before.at);
  const cost = (of: 'server' | 'postgres') => ((after[of] - before[of] - idle(of)) * 1_000) / times;
  return { server: cost('server'), postgres: cost('postgres') };
}
