import { connect } from 'node:net';
import { operations } from '@cellplane/api';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { testApp } from './app.testing.js';
import { listen } from './listen.js';

const BODY = '{"email":"a@example.com","password":"x"}';
const REQUEST = `POST /2022-09-01-00/signin HTTP/1.1\r\nhost: local\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

let begun = 0;
let open: () => void;
let gate: Promise<void>;
/** Every handler is counted, and waits until the gate is opened. */
const app = testApp(
  Object.fromEntries(
    Object.keys(operations).map((name) => [
      name,
      async () => {
        begun += 1;
        await gate;
        return {};
      },
    ]),
  ),
);
const server = await listen(app, '127.0.0.1', 0, silentLogger);
afterAll(() => server.close(0));
beforeEach(() => {
  begun = 0;
  gate = new Promise((resolve) => {
    open = resolve;
  });
});

const countOf = (text: string, what: string) => text.split(what).length - 1;

/** A connection: what has come over it, and promises of what will. */
function talk() {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve());
  });
  return { socket, closed, received: () => text };
}

describe('requests that are sent without waiting for answers', () => {
  it('are answered in their order, sixteen at a time', async () => {
    open();
    const { socket, received } = talk();
    for (const turn of [1, 2, 3]) {
      socket.write(REQUEST.repeat(16));
      await expect.poll(() => countOf(received(), 'HTTP/1.1 200')).toBe(16 * turn);
    }
    expect(countOf(received(), 'HTTP/1.1 ')).toBe(48);
    socket.destroy();
  });

  it.each([17, 1_000, 20_000])('%i at once: sixteen begin, the next is refused with the number, and the connection ends', async (count) => {
    const { socket, closed, received } = talk();
    socket.write(REQUEST.repeat(count));
    await expect.poll(() => begun).toBe(16);
    const health = await fetch(`${server.url}/healthz`);
    expect(health.status).toBe(200);
    open();
    await closed;
    expect(begun).toBe(16);
    // Of very many, what the connection still held when it ended may have taken the answers with it.
    if (count > 1_000) return;
    expect(countOf(received(), 'HTTP/1.1 200')).toBe(16);
    expect(received()).toMatch(/HTTP\/1\.1 429 [\s\S]*retry-after: \d[\s\S]*more than 16 requests[\s\S]*"code":"too-many-at-once"/);
  });

  it('leave others their turns', async () => {
    const floods = Array.from({ length: 5 }, () => talk());
    for (const { socket } of floods) socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(20_000));
    const { status } = await fetch(`${server.url}/healthz`);
    expect(status).toBe(200);
    await Promise.all(floods.map(({ closed }) => closed));
  });
});
