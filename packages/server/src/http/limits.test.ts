import { connect } from 'node:net';
import { type Operation, operations, takesBody } from '@cellplane/api';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { SIGNED_IN, testApp } from './app.testing.js';
import { listen } from './listen.js';
import { createMetrics } from './metrics.js';

const BASE = '/2022-09-01-00';
const reached: string[] = [];
/** Every handler notes that a request came through to it. */
const app = testApp(
  Object.fromEntries(
    Object.keys(operations).map((name) => [
      name,
      async () => {
        reached.push(name);
        return {};
      },
    ]),
  ),
);
const server = await listen(app, '127.0.0.1', 0, silentLogger);
afterAll(() => server.close(0));

/** Sends bytes as they are; resolves with all that comes back until the connection ends or the answer is whole. */
function exchange(parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (body !== undefined && length !== undefined && body.length >= Number(length)) done();
    });
    socket.on('close', done).on('error', done);
    for (const part of parts) socket.write(part);
  });
}

function post(path: string, headers: Record<string, string>, body: string | Buffer = ''): (string | Buffer)[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return [`POST ${path} HTTP/1.1\r\nhost: local\r\n${lines.join('')}\r\n`, body];
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const codeOf = (answer: string) => /"code":"([^"]*)"/.exec(answer)?.[1];

describe('a body', () => {
  it('that says it is too large is refused before any of it is sent', async () => {
    const answer = await exchange(post(`${BASE}/signin`, { 'content-length': '65537' }));
    expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'request-too-large']);
  });

  it('without a length is counted, and its sender gets the answer though it goes on sending', async () => {
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    const answer = await exchange([
      ...post(`${BASE}/signin`, { 'transfer-encoding': 'chunked' }),
      ...Array<string>(200).fill(chunk),
      '0\r\n\r\n',
    ]);
    expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'request-too-large']);
  });

  it('in pieces of one byte is read as a whole', async () => {
    reached.length = 0;
    const body = JSON.stringify({ email: 'a'.repeat(200), password: 'b'.repeat(10_000) });
    const pieces = Array.from(body)
      .map((byte) => `1\r\n${byte}\r\n`)
      .join('');
    const answer = await exchange(post(`${BASE}/signin`, { 'transfer-encoding': 'chunked' }, `${pieces}0\r\n\r\n`));
    expect([statusOf(answer), reached]).toEqual([200, ['signin']]);
  });

  it('in ever more pieces of one byte is refused before it has cost much', async () => {
    const pieces = '1\r\na\r\n'.repeat(100_000);
    const answer = await exchange(
      post(`${BASE}/fleet/search-inventory`, { ...SIGNED_IN, 'transfer-encoding': 'chunked' }, `${pieces}0\r\n\r\n`),
    );
    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'body-in-crumbs']);
  });

  it('is not asked for before the session is known', async () => {
    // Only the head is sent: an answer comes only if nobody waits for the body.
    const strangers: Record<string, string>[] = [
      {},
      { authorization: 'Bearer bad' },
      { authorization: 'Bearer bad', 'idempotency-key': 'k'.repeat(300) },
    ];
    for (const headers of strangers) {
      const answer = await exchange(post(`${BASE}/fleet/search-inventory`, { ...headers, 'content-length': '100000' }));
      expect(statusOf(answer)).toBe(401);
    }
    const key = await exchange(
      post(`${BASE}/fleet/search-inventory`, { ...SIGNED_IN, 'idempotency-key': 'k'.repeat(300), 'content-length': '9' }),
    );
    expect([statusOf(key), codeOf(key)]).toEqual([400, 'invalid-idempotency-key']);
  });

  it('that its sender leaves half-sent is no failure of the database or of the server', async () => {
    const logged: string[] = [];
    const note = (_: object, message: string) => void logged.push(message);
    const metrics = createMetrics();
    const quiet = await listen(testApp({}, { log: { ...silentLogger, warn: note, error: note }, metrics }), '127.0.0.1', 0, silentLogger);
    const socket = connect(quiet.port, '127.0.0.1');
    socket.write(`POST ${BASE}/signin HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\n{"email":`, () =>
      setImmediate(() => socket.destroy()),
    );
    await expect.poll(() => metrics.registry.metrics()).toContain('{operation="signin",status="499"} 1');
    expect(logged).toEqual([]);
    await quiet.close(0);
  });

  it('of a path that nothing is bound to is not asked for', async () => {
    expect(statusOf(await exchange(post(`${BASE}/nothing`, { 'content-length': '100000' })))).toBe(404);
  });
});

describe('a connection', () => {
  it.each([
    ['headers of 20 KB', [`GET /healthz HTTP/1.1\r\nhost: local\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`], 431, 'headers-too-large'],
    ['a path of 20 KB', [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: local\r\n\r\n`], 431, 'headers-too-large'],
    ['a path of 9 KB', [`GET /${'a'.repeat(9_000)} HTTP/1.1\r\nhost: local\r\n\r\n`], 414, 'path-too-long'],
    ['what is not HTTP', ['hello\r\n\r\n'], 400, 'not-http'],
    ['two lengths', ['POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'], 400, 'not-http'],
    ['a host that is none', ['GET /healthz HTTP/1.1\r\nhost: a b\r\n\r\n'], 400, 'invalid-request-target'],
    ['a path with a backslash', ['GET /a\\b HTTP/1.1\r\nhost: local\r\n\r\n'], 400, 'invalid-request-target'],
  ])('with %s gets an answer of this API', async (_, parts, status, code) => {
    const answer = await exchange(parts);
    expect([statusOf(answer), codeOf(answer)]).toEqual([status, code]);
  });

  it('is of use to the next request after a body that was refused', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const answers = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (piece) => {
        text += piece.toString('latin1');
        if (text.includes('{"status":"ok"}')) resolve(text);
      });
      socket.on('close', () => resolve(text));
    });
    for (const part of post(`${BASE}/signin`, { 'content-length': '70000' }, 'a'.repeat(70_000))) socket.write(part);
    socket.write('GET /healthz HTTP/1.1\r\nhost: local\r\n\r\n');
    expect(await answers).toMatch(/^HTTP\/1\.1 413[\s\S]*HTTP\/1\.1 200/);
    socket.destroy();
  });
});

describe('methods', () => {
  const ask = async (method: string, path: string) => {
    const response = await app.request(path, { method, headers: SIGNED_IN });
    return [response.status, response.headers.get('allow')];
  };

  it.each([
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/readyz', 'GET, HEAD, OPTIONS'],
    ['PUT', '/metrics', 'GET, HEAD, OPTIONS'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', '/api/instances/i/events', 'GET, HEAD, OPTIONS'],
    ['GET', `${BASE}/signin`, 'POST, OPTIONS'],
    ['PROPFIND', `${BASE}/service/s`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    ['PUT', `${BASE}/service/s/`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ])('%s %s is refused with those that are there', async (method, path, allow) => {
    expect(await ask(method, path)).toEqual([405, allow]);
    expect(await ask('OPTIONS', path)).toEqual([204, allow]);
  });

  it.each(['/healthz', '/readyz', '/metrics', '/', '/openapi.json', '/api/instances/i/events', `${BASE}/service`])(
    'HEAD %s answers as GET does, without a body',
    async (path) => {
      const response = await app.request(path, { method: 'HEAD', headers: SIGNED_IN });
      expect([response.status, await response.text()]).toEqual([200, '']);
    },
  );

  it('of the table are refused on the paths of others', async () => {
    const rows = Object.values<Operation>(operations);
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACEROUTE'];
    for (const path of new Set(rows.map((row) => row.path)))
      for (const method of methods) {
        const response = await app.request(path.replaceAll(/\{\w+\}/g, 'x'), { method });
        // Public operations, those that need a session, those that are not served; and what is not there.
        expect([200, 204, 400, 401, 405, 501]).toContain(response.status);
        expect(response.headers.get('allow')?.split(', ') ?? []).not.toContain(method);
      }
    expect((await app.request(`${BASE}/nothing`, { method: 'OPTIONS' })).status).toBe(404);
  });
});

/** Hostile texts for any place of a request. */
const HOSTILE: [string, string][] = [
  ['long', 'a'.repeat(60_000)],
  ['of quotes', `x${'"'.repeat(60_000)}x`],
  ['of slashes', `a${'/'.repeat(60_000)}b/`],
  ['of blanks', `${' '.repeat(60_000)}x`],
  ['of digits', `${'1'.repeat(60_000)}x`],
  ['of braces', '{{'.repeat(30_000)],
  ['of percent signs', '%'.repeat(60_000)],
  ['of backslashes', '\\'.repeat(60_000)],
];

describe.each(Object.entries<Operation>(operations))('%s', (_, row) => {
  const path = row.path.replaceAll(/\{\w+\}/g, 'x');
  const send = async (body: string | Uint8Array | undefined, at = path) => {
    const init = {
      method: row.method,
      headers: SIGNED_IN,
      ...(body === undefined || row.method === 'GET' ? {} : { body: body as string }),
    };
    const began = performance.now();
    const response = await app.request(at, init);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(response.status).toBeLessThan(500);
    const text = await response.text();
    expect(text.length).toBeLessThan(20_000);
    return { status: response.status, text };
  };

  it('bears hostile texts in its path and query', async () => {
    const queries = Object.keys((row.query as { properties?: object }).properties ?? {});
    for (const [, text] of HOSTILE) {
      const short = encodeURIComponent(text.slice(0, 2_000));
      await send(
        undefined,
        row.path.replaceAll(/\{\w+\}/g, () => short.slice(0, 900)),
      );
      for (const query of queries) await send(undefined, `${path}?${query}=${short}`);
      expect((await send(undefined, `${path}?${encodeURIComponent(text)}`)).status).toBe(414);
    }
    expect((await send(undefined, `${path}?${'a&b&'.repeat(100)}`)).status).toBe(400);
    if (!row.path.includes('{')) return;
    const refused = await send(undefined, row.path.replaceAll(/\{\w+\}/g, 'x'.repeat(257)));
    expect(refused.text).toContain('must not have more than 256 characters');
  });

  if (!takesBody(row) || row.method === 'GET') return;

  it('bears hostile texts in every field of its body', async () => {
    for (const field of [...Object.keys((row.body as { properties?: object }).properties ?? {}), 'unknownId'])
      for (const [, text] of HOSTILE) expect((await send(JSON.stringify({ [field]: text }))).text).not.toContain(text.slice(0, 300));
  });

  it('bears bodies that are deep, wide, cut off or not text', async () => {
    const [first = 'x'] = Object.keys((row.body as { properties?: object }).properties ?? {});
    const limit = row.bodyLimit - 100;
    for (const member of [first, 'unknown'])
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const depth = Math.floor(limit / 6);
        expect((await send(`{"${member}":${open.repeat(depth)}1${close.repeat(depth)}}`)).status).toBe(400);
      }
    await send(`{"${first}":[${'[],'.repeat(limit / 3 - 20)}1]}`);
    await send(`{${Array.from({ length: limit / 12 - 10 }, (_, at) => `"k${at}":1`).join(',')}}`);
    for (const body of [
      '{',
      '['.repeat(limit),
      ','.repeat(limit),
      '"'.repeat(limit),
      `{"${first}":"${'a'.repeat(limit - 20)}`,
      `{"${first}":"${'a'.repeat(limit - 20)}" 1}`,
      `{"${first}":"${String.raw`\n`.repeat(limit / 2 - 20)}" 1}`,
      `{${'\n'.repeat(limit)}x`,
      `{"${first}":${'1'.repeat(limit - 20)}}`,
      `{"${first}":${'1'.repeat(limit - 20)}x}`,
      `{"__proto__":{"a":1.50},"${first}":{"__proto__":1.50}}x`,
      new Uint8Array([0x7b, 0xff, 0x7d]),
    ])
      expect((await send(body)).status).toBe(400);
  });
});
