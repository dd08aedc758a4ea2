import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMap, discovery, json, startTestServer, type TestServer } from './api-server.testing.js';
import { connect } from './client.js';
import type { KubernetesClient } from './model.js';

const KEY = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'a' };
const apply = (client: KubernetesClient, options = {}) => client.apply(configMap('a'), { fieldManager: 'm', force: true }, options);
let server: TestServer;
let client: KubernetesClient;

beforeEach(async () => {
  server = await startTestServer((request, response) => {
    if (!discovery(request, response)) json(response, configMap('a'));
  });
  client = connect({ server: server.url });
  await client.resource('v1', 'ConfigMap');
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('before the request is sent: transient', () => {
  it('refused', async () => {
    const away = connect({ server: `http://127.0.0.1:${await freePort()}` });
    await expect(away.raw('/readyz')).rejects.toMatchObject({ status: 0, reason: 'ConnectionRefused', outcome: 'transient' });
    await away.close();
  });

  it('an unknown name', async () => {
    const away = connect({ server: 'http://api.cellplane.invalid' });
    await expect(away.raw('/readyz')).rejects.toMatchObject({ reason: 'NameNotFound', outcome: 'transient' });
    await away.close();
  });

  it('aborted already, or while no connection is free', async () => {
    await expect(client.get(KEY, { signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: 'Aborted', outcome: 'transient' });
    const narrow = connect({ server: server.url }, { connections: 1 });
    await narrow.resource('v1', 'ConfigMap');
    const silent = new Promise<void>((resolve) => {
      server.answer = () => resolve();
    });
    const first = narrow.get(KEY, { timeoutMs: 60_000 }).catch((error: unknown) => error);
    await silent;
    await expect(apply(narrow, { timeoutMs: 20 })).rejects.toMatchObject({
      reason: 'Timeout',
      outcome: 'transient',
      message: expect.stringContaining('no connection was free'),
    });
    const abort = new AbortController();
    const queued = apply(narrow, { signal: abort.signal });
    abort.abort();
    await expect(queued).rejects.toMatchObject({ reason: 'Aborted', outcome: 'transient' });
    const before = server.seen.length;
    server.answer = (_request, response) => json(response, configMap('a'));
    server.reset();
    await expect(first).resolves.toMatchObject({ reason: 'ConnectionLost' });
    await narrow.get(KEY);
    // What was given up in the queue was never sent.
    expect(server.seen.slice(before).map((request) => request.method)).toEqual(['GET']);
    await narrow.close();
  });

  it('after close', async () => {
    await client.close();
    await expect(client.get(KEY)).rejects.toMatchObject({ reason: 'Aborted', outcome: 'transient' });
  });
});

describe('after the request was sent: unknown', () => {
  it('no answer in time', async () => {
    server.answer = () => {};
    await expect(apply(client, { timeoutMs: 500 })).rejects.toMatchObject({ status: 0, reason: 'Timeout', outcome: 'unknown' });
  });

  it('an answer that does not end in time', async () => {
    server.answer = (_request, response) => {
      response.write('{"kind"');
    };
    await expect(apply(client, { timeoutMs: 500 })).rejects.toMatchObject({ reason: 'Timeout', outcome: 'unknown' });
  });

  it('aborted', async () => {
    const abort = new AbortController();
    server.answer = () => abort.abort();
    await expect(apply(client, { signal: abort.signal })).rejects.toMatchObject({ reason: 'Aborted', outcome: 'unknown' });
  });

  it('reset', async () => {
    server.answer = (_request, _response, socket) => {
      socket.resetAndDestroy();
    };
    await expect(apply(client)).rejects.toMatchObject({ status: 0, reason: 'ConnectionLost', outcome: 'unknown' });
  });

  it('half-closed before an answer', async () => {
    server.answer = (_request, _response, socket) => {
      socket.end();
    };
    await expect(apply(client)).rejects.toMatchObject({ reason: 'ConnectionLost', outcome: 'unknown' });
  });

  it('closed in the middle of the answer', async () => {
    server.answer = (_request, response, socket) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"kind"', () => socket.destroy());
    };
    await expect(apply(client)).rejects.toMatchObject({ reason: 'ConnectionLost', outcome: 'unknown' });
  });

  it('garbage instead of HTTP', async () => {
    server.answer = (_request, _response, socket) => {
      socket.write('NOT HTTP AT ALL\r\n\r\n');
    };
    await expect(apply(client)).rejects.toMatchObject({ reason: 'ConnectionLost', outcome: 'unknown' });
  });

  it('an answer that is too large', async () => {
    const small = connect({ server: server.url }, { maxBodyBytes: 2_000 });
    await small.resource('v1', 'ConfigMap');
    server.answer = (_request, response) => json(response, { ...configMap('a'), data: { x: 'x'.repeat(5_000) } });
    await expect(apply(small)).rejects.toMatchObject({ reason: 'AnswerTooLarge', outcome: 'unknown' });
    await small.close();
  });
});

it('goes on after each fault', async () => {
  server.answer = (_request, _response, socket) => {
    socket.resetAndDestroy();
  };
  await expect(apply(client)).rejects.toMatchObject({ outcome: 'unknown' });
  server.answer = (_request, response) => json(response, configMap('a'));
  await expect(apply(client)).resolves.toMatchObject({ kind: 'ConfigMap' });
});

it('holds 32 calls at once on at most as many connections as it may', async () => {
  const narrow = connect({ server: server.url }, { connections: 8 });
  let now = 0;
  let most = 0;
  server.answer = (request, response) => {
    if (discovery(request, response)) return;
    now += 1;
    most = Math.max(most, now);
    setImmediate(() => {
      now -= 1;
      json(response, configMap('a'));
    });
  };
  await Promise.all(Array.from({ length: 32 }, () => apply(narrow)));
  expect(most).toBeLessThanOrEqual(8);
  await narrow.close();
});
