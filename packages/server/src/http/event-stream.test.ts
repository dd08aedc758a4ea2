import { connect } from 'node:net';
import type { InstanceStreamMessage } from '@cellplane/api';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../log.js';
import { SIGNED_IN, TEST_CALLER, testApp } from './app.testing.js';
import { type EventStreamDeps, openEventStreams, type StreamLimits, type StreamSession, type StreamSource } from './event-stream.js';
import { Hono } from 'hono';
import { listen } from './listen.js';

const progress = (status: string): InstanceStreamMessage => ({
  event: 'progress',
  data: { instanceId: 'instance-1', status, final: false, endpoints: {} },
});

/** An application with nothing but streams, which stay open until their signal aborts. */
function scene(limits: Partial<StreamLimits> = {}, openSessions?: EventStreamDeps['openSessions']) {
  const closing = new AbortController();
  let opened = 0;
  const streams = openEventStreams({
    log: silentLogger,
    closing: closing.signal,
    limits,
    openSessions,
  });
  const source: StreamSource = async function* ({ signal }) {
    opened += 1;
    yield [progress('RUNNING')];
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  const app = new Hono();
  app.get('/:user/:session/:expires', (context) => {
    const { user, session, expires } = context.req.param();
    const caller = {
      ...TEST_CALLER,
      userId: user,
      session: { id: session, expiresAt: Number(expires), reach: 'root' } satisfies StreamSession,
    };
    return streams.open(context, { caller, about: {}, source });
  });
  app.onError((error) => new Response((error as { code?: string }).code ?? String(error), { status: 429 }));
  return { app, closing, opened: () => opened };
}

describe('event streams', () => {
  it('of one user and in all are bounded, and a place is free again when one has ended', async () => {
    const { app, closing, opened } = scene({ perUser: 2, inAll: 3 });
    const statusOf = async (user: string) => {
      const leaving = new AbortController();
      const answer = await app.request(new Request(`http://local/${user}/s/0`, { signal: leaving.signal }));
      return { status: answer.status, leave: () => leaving.abort(), text: () => answer.text() };
    };
    const [first, second] = [await statusOf('a'), await statusOf('a')];
    expect([first.status, second.status]).toEqual([200, 200]);
    const third = await statusOf('a');
    expect([third.status, await third.text()]).toEqual([429, 'too-many-streams']);
    const other = await statusOf('b');
    expect([other.status, (await statusOf('b')).status]).toEqual([200, 429]);
    first.leave();
    await first.text();
    expect((await statusOf('a')).status).toBe(200);
    expect(opened()).toBe(4);
    closing.abort();
  });

  it('of one who has taken all places but for a few keep nobody else out: that one gives a place up', async () => {
    const { app, closing } = scene({ perUser: 3, inAll: 4 });
    const open = (user: string) => app.request(`http://local/${user}/s-${user}/0`);
    const [, , last] = [await open('a'), await open('a'), await open('a')];
    const others = [await open('b'), await open('c'), await open('d'), await open('e')];
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(await last?.text()).toContain('you have the most of them: close some');
    closing.abort();
  });

  it('end with their session and with their token', async () => {
    const open = new Set(['good', 'bad']);
    let now = 100;
    const { app, closing } = scene({ sessionCheckMs: 5 }, async (ids) => ({
      open: new Map(ids.filter((id) => open.has(id)).map((id) => [id, 'root'])),
      now,
    }));
    const [good, bad, old] = await Promise.all(['good/1000', 'bad/1000', 'good/200'].map(async (path) => app.request(`/user/${path}`)));
    open.delete('bad');
    expect(await bad?.text()).toContain('the session has ended');
    now = 200;
    expect(await old?.text()).toContain('the session has ended');
    closing.abort();
    expect(await good?.text()).not.toContain('the session has ended');
  });

  it('end when the roles say something else than when they were opened', async () => {
    const reach = new Map([
      ['same', 'root'],
      ['less', 'root'],
    ]);
    const { app, closing } = scene({ sessionCheckMs: 5 }, async () => ({ open: reach, now: 100 }));
    const [same, less] = await Promise.all(['same/1000', 'less/1000'].map(async (path) => app.request(`/user/${path}`)));
    reach.set('less', 'reader');
    expect(await less?.text()).toContain('your roles have changed');
    closing.abort();
    expect(await same?.text()).not.toContain('your roles have changed');
  });

  it('that are opened while sessions are asked about are not judged by that answer', async () => {
    const answers: (() => void)[] = [];
    const { app, closing } = scene({ sessionCheckMs: 1 }, async (ids) => {
      const isFirst = answers.length === 0;
      await new Promise<void>((resolve) => answers.push(resolve));
      return { open: new Map(ids.map((id) => [id, isFirst && id === 'changed' ? 'before' : 'root'])), now: 100 };
    });
    const first = await app.request('/user/changed/1000');
    await vi.waitFor(() => expect(answers).toHaveLength(1), { timeout: 15_000 });
    const [unasked, asked] = await Promise.all(['new/1000', 'changed/1000'].map(async (path) => app.request(`/user/${path}`)));
    answers[0]?.();
    expect(await first?.text()).toContain('your roles have changed');
    // The next one asks about them, and lets them go on.
    await vi.waitFor(() => expect(answers).toHaveLength(2), { timeout: 15_000 });
    closing.abort();
    answers[1]?.();
    for (const stream of [unasked, asked]) expect(await stream?.text()).not.toMatch(/has ended|have changed/);
  });

  it('are not let go of while it cannot be said whether a session has ended', async () => {
    let asked = 0;
    const { app, closing } = scene({ sessionCheckMs: 1 }, async () => {
      asked += 1;
      throw new Error('the database is away');
    });
    const stream = await app.request('/user/s/1000');
    await vi.waitFor(() => expect(asked).toBeGreaterThan(2), { timeout: 15_000 });
    closing.abort();
    expect(await stream.text()).toContain('RUNNING');
  });

  it('put a message that many get into bytes once', async () => {
    let made = 0;
    const data = { instanceId: 'instance-1', status: 'RUNNING', final: true, endpoints: {}, toJSON: () => (made += 1) };
    const shared: InstanceStreamMessage = { event: 'progress', data };
    const app = testApp(
      {},
      {
        events: async function* () {
          yield [shared];
        },
      },
    );
    for (let one = 0; one < 3; one += 1) await (await app.request('/api/instances/instance-1/events', { headers: SIGNED_IN })).text();
    expect(made).toBe(1);
  });
});

describe('a client that takes nothing', async () => {
  const closing = new AbortController();
  const big = progress('x'.repeat(4_000_000));
  let handedOut = 0;
  let isOver = false;
  const streams = openEventStreams({
    log: silentLogger,
    closing: closing.signal,
    limits: { patienceMs: 200 },
  });
  const source: StreamSource = async function* ({ signal }) {
    try {
      while (!signal.aborted) {
        handedOut += 1;
        yield [big];
      }
    } finally {
      isOver = true;
    }
  };
  const app = testApp({}, {});
  app.get('/big', (context) => streams.open(context, { caller: TEST_CALLER, about: {}, source }));
  const server = await listen(app, '127.0.0.1', 0, silentLogger);
  afterAll(() => server.close(100));

  it('is cut off, and nothing piles up for it', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write('GET /big HTTP/1.1\r\nHost: local\r\n\r\n');
    await vi.waitFor(() => expect(isOver).toBe(true), { timeout: 10_000 });
    expect(handedOut).toBeLessThan(10);
    socket.destroy();
  });
});
