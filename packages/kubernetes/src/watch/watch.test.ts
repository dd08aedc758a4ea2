import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMap, discovery, json, startTestServer, statusBody, type TestServer } from '../api-server.testing.js';
import { connect } from '../client.js';
import type { KubernetesClient, WatchEvent, WatchOptions } from '../model.js';

const OF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', resourceVersion: '5' };
let server: TestServer;
let client: KubernetesClient;

beforeEach(async () => {
  server = await startTestServer(discoveryOnly);
  client = connect({ server: server.url });
  await client.resource('v1', 'ConfigMap');
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

function discoveryOnly(request: Parameters<typeof discovery>[0], response: ServerResponse): void {
  discovery(request, response);
}

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
const streamOf = (...parts: (string | Buffer)[]): void => {
  server.answer = (_request, response) => {
    for (const part of parts) response.write(part);
    response.end();
  };
};

/** All events, and the error at the end if there was one. */
async function all(options: WatchOptions = {}): Promise<{ events: WatchEvent[]; error?: unknown }> {
  const events: WatchEvent[] = [];
  try {
    for await (const event of client.watch(OF, options)) events.push(event);
    return { events };
  } catch (error) {
    return { events, error };
  }
}

/** The value once it no longer changes over many turns of the event loop. */
async function atRest(value: () => number): Promise<number> {
  for (let before = -1; before !== value(); ) {
    before = value();
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  }
  return value();
}

describe('watch', () => {
  it('gives events and bookmarks, and ends when the server ends it', async () => {
    const a = configMap('ä', { resourceVersion: '6' });
    streamOf(
      line('ADDED', a),
      line('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '9' } }),
      line('DELETED', a),
    );
    let opened = 0;
    const { events, error } = await all({ onOpen: () => (opened += 1) });
    expect(error).toBeUndefined();
    expect(opened).toBe(1);
    expect(events).toEqual([
      { type: 'ADDED', object: a },
      { type: 'BOOKMARK', resourceVersion: '9' },
      { type: 'DELETED', object: a },
    ]);
    const params = new URL(server.seen.at(-1)?.url ?? '', server.url).searchParams;
    expect(params.get('watch')).toBe('1');
    expect(params.get('allowWatchBookmarks')).toBe('true');
    expect(params.get('resourceVersion')).toBe('5');
    expect(Number(params.get('timeoutSeconds'))).toBeGreaterThanOrEqual(240);
  });

  it('puts lines together that come in pieces, through the middle of a character', async () => {
    const bytes = Buffer.from(line('ADDED', configMap('ä')));
    const cut = bytes.indexOf(0xc3) + 1;
    server.answer = (_request, response) => {
      response.write(bytes.subarray(0, cut), () => setImmediate(() => response.end(bytes.subarray(cut))));
    };
    expect((await all()).events).toMatchObject([{ object: { metadata: { name: 'ä' } } }]);
  });

  it('rejects with Expired: as a status, and as an event', async () => {
    server.answer = (_request, response) => json(response, statusBody(410, 'Expired', 'too old resource version: 5 (99)'), 410);
    expect((await all()).error).toMatchObject({ status: 410, reason: 'Expired', outcome: 'transient' });
    streamOf(line('ERROR', statusBody(410, 'Gone', 'too old resource version: 5 (99)')));
    expect((await all()).error).toMatchObject({ status: 410, reason: 'Expired', message: 'too old resource version: 5 (99)' });
  });

  it.each([
    ['text', 'oops\n'],
    ['a type that does not exist', line('WAT', configMap('a'))],
    ['an object without metadata', line('ADDED', { kind: 'ConfigMap' })],
    ['nothing', 'null\n'],
  ])('does not swallow %s', async (_what, text) => {
    streamOf(line('ADDED', configMap('a')), text, line('ADDED', configMap('b')));
    const { events, error } = await all();
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'InvalidAnswer' });
  });

  it('rejects where the connection is reset, after what came before', async () => {
    server.answer = (_request, response, socket) => {
      response.write(line('ADDED', configMap('a')), () => setImmediate(() => socket.resetAndDestroy()));
    };
    const { events, error } = await all();
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'ConnectionLost' });
  });

  it('rejects where it ends in the middle of an event', async () => {
    streamOf(line('ADDED', configMap('a')), '{"type":"MODI');
    const { events, error } = await all();
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ reason: 'ConnectionLost' });
  });

  it('does not hang on silence, nor where it is never accepted', async () => {
    server.answer = (_request, response) => {
      response.flushHeaders();
    };
    expect((await all({ idleTimeoutMs: 30 })).error).toMatchObject({ reason: 'Timeout', message: expect.stringContaining('silent') });
    server.answer = () => {};
    expect((await all({ timeoutMs: 30 })).error).toMatchObject({ reason: 'Timeout', message: expect.stringContaining('not accepted') });
  });

  it('ends by the signal, and by leaving the loop, and lets go of the connection', async () => {
    const closed: Promise<unknown>[] = [];
    server.answer = (_request, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      response.write(line('ADDED', configMap('a')));
    };
    const abort = new AbortController();
    await expect(
      (async () => {
        for await (const event of client.watch(OF, { signal: abort.signal })) if (event.type === 'ADDED') abort.abort();
      })(),
    ).rejects.toMatchObject({ reason: 'Aborted' });
    for await (const event of client.watch(OF)) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  it('stops the server while the reader is slow, and loses nothing', async () => {
    const count = 20_000;
    const padding = 'x'.repeat(500);
    let written = 0;
    server.answer = (_request, response) => {
      const write = (): void => {
        while (written < count) {
          written += 1;
          if (!response.write(line('ADDED', configMap(`n${written}`, { annotations: { padding } })))) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    };
    const names: string[] = [];
    let writtenAtRest = 0;
    for await (const event of client.watch(OF)) {
      if (event.type === 'ADDED') names.push(event.object.metadata.name);
      // The reader does other things for some turns of the event loop; meanwhile the server must come to a halt.
      if (names.length === 1) writtenAtRest = await atRest(() => written);
    }
    expect(writtenAtRest).toBeLessThan(count);
    expect(names).toEqual(Array.from({ length: count }, (_, index) => `n${index + 1}`));
  });

  it('refuses a line without end', async () => {
    const small = connect({ server: server.url }, { maxBodyBytes: 10_000 });
    server.answer = (request, response) => {
      if (!discovery(request, response)) response.end('x'.repeat(50_000));
    };
    await expect(small.watch(OF)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: 'AnswerTooLarge' });
    await small.close();
  });

  it('names the kind that is not served', async () => {
    const watch = client.watch({ ...OF, kind: 'Gadget' });
    server.answer = discoveryOnly;
    await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: 'KindNotServed' });
  });
});
