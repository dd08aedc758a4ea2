import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { guardedFetch } from './guarded-fetch.js';

/** A server that answers whatever is asked with this text, and closes. */
async function answering(text: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const fetch = guardedFetch({
  setting: 'CELLPLANE_SSO_PRIVATE_ADDRESSES',
  isPrivateAllowed: true,
  deadlineMs: 2_000,
  mostBytes: 10,
});

it.each([
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', 'without an answer'],
  ['nothing', '', 'socket hang up'],
  ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', 'aborted'],
  ['too much', `HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n${'x'.repeat(11)}`, 'more than 10 bytes'],
])('ends where a server answers with %s', async (_, text, message) => {
  await expect(fetch(await answering(text))).rejects.toThrow(message);
});
