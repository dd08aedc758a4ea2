import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { createSealer } from '../secrets/envelope.js';
import type { PostMail } from './deliver.js';
import { ALL, gate, openNotifications, openReceiver, type Received } from './notifications.testing.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
const world = await openNotifications(db);
const receiver = await openReceiver();
const other = await openReceiver();

beforeEach(async () => {
  await sql`truncate notification_channels cascade`.execute(db);
  for (const one of [receiver, other]) {
    one.received.length = 0;
    one.answer = (_, response) => void response.end('ok');
  }
});

const idOf = ({ headers }: Received) => headers['cellplane-delivery-id'];
const last = async (channel: string) => (await world.history(channel))[0];

describe('a delivery', () => {
  it('is one request with the event, the channel’s own members and headers, and its id', async () => {
    const channel = await world.webhook('a', `${receiver.url}/hook?token=t0ken`, {
      method: 'PUT',
      headers: { Authorization: 'Bearer s3cret' },
      additionalBodyParameters: { team: 'data' },
    });
    const id = await world.test(channel);
    await world.reach(world.deliverer(), id, 'DELIVERED');
    const [request] = receiver.received;
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/hook?token=t0ken',
      headers: { authorization: 'Bearer s3cret', 'content-type': 'application/json' },
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ eventType: 'Test', eventID: id, team: 'data' });
    expect(receiver.received.map(idOf)).toEqual([id]);
    expect(await last(channel)).toMatchObject({
      id,
      publicationStatus: 'DELIVERED',
      channelResponse: { statusCode: 200, body: 'ok', attempts: 1 },
    });
  });

  it('is signed with every secret that is valid, over time and body', async () => {
    const channel = await world.webhook('a', receiver.url);
    const secrets = ['first-secret-of-24-letters', 'second-secret-of-24-letters'];
    const set = (signingSecret: string) => world.handlers.setSigningSecret(world.ask({ id: channel }, { signingSecret }));
    const send = async () => {
      await world.reach(world.deliverer(), await world.test(channel), 'DELIVERED');
      const sent = receiver.received.at(-1);
      const body = sent?.body ?? '';
      const [time = '', ...macs] = String(sent?.headers['cellplane-signature']).split(',');
      const macOf = (secret: string) =>
        `v1=${createHmac('sha256', secret)
          .update(`${time.slice(2)}.${body}`)
          .digest('hex')}`;
      return { macs, macOf };
    };
    expect(await set(secrets[0] ?? '')).toEqual({});
    const once = await send();
    expect(once.macs).toEqual([once.macOf(secrets[0] ?? '')]);
    const { formerValidUntil } = await set(secrets[1] ?? '');
    expect(formerValidUntil).toBeDefined();
    // The same one again, as a client sends whose answer was lost.
    expect(await set(secrets[1] ?? '')).toEqual({ formerValidUntil });
    const both = await send();
    expect(both.macs).toEqual([both.macOf(secrets[1] ?? ''), both.macOf(secrets[0] ?? '')]);
    await sql`update notification_channels set former_valid_until = now()`.execute(db);
    const later = await send();
    expect(later.macs).toEqual([later.macOf(secrets[1] ?? '')]);
    await expect(set('short')).rejects.toMatchObject({ code: 'invalid-signing-secret' });
  });

  it('is tried again with back-off and the same id until it arrives', async () => {
    let failures = 2;
    receiver.answer = (_, response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 204).end(failures >= 0 ? 'broken' : '');
    };
    const id = await world.test(await world.webhook('a', receiver.url));
    await world.reach(world.deliverer(), id, 'DELIVERED');
    expect(receiver.received.map(idOf)).toEqual([id, id, id]);
  });

  it('waits longer after each failure, and as long as the receiver asks', async () => {
    receiver.answer = (_, response) => void response.writeHead(503, { 'retry-after': '900' }).end();
    const channel = await world.webhook('a', receiver.url);
    const id = await world.test(channel);
    const pause = async () => {
      const { rows } = await sql<{ seconds: number }>`
        select extract(epoch from due_at - now())::float8 as seconds from notification_deliveries where id = ${id}`.execute(db);
      await sql`update notification_deliveries set due_at = now() where id = ${id}`.execute(db);
      return rows[0]?.seconds ?? 0;
    };
    const deliverer = world.deliverer({ firstPauseMs: 1_000_000 });
    const turn = async () => {
      await deliverer.turn();
      await deliverer.idle();
      return Math.round((await pause()) / 100);
    };
    expect(await turn()).toBe(10);
    expect(await turn()).toBe(20);
    expect(await turn()).toBe(36);
    expect(await last(channel)).toMatchObject({ publicationStatus: 'PENDING', channelResponse: { statusCode: 503, attempts: 3 } });
    const patient = world.deliverer({ firstPauseMs: 1 });
    await patient.turn();
    await patient.idle();
    expect(Math.round((await pause()) / 100)).toBe(9);
  });

  it('is given up after so many attempts, with the reason, and can be replayed', async () => {
    receiver.answer = (_, response) => void response.writeHead(500).end('no');
    const channel = await world.webhook('a', receiver.url);
    const id = await world.test(channel);
    await world.reach(world.deliverer({ mostAttempts: 3 }), id, 'FAILED');
    expect(receiver.received).toHaveLength(3);
    expect(await last(channel)).toMatchObject({
      publicationStatus: 'FAILED',
      channelResponse: { attempts: 3, error: 'the receiver answered 500', body: 'no' },
    });
    receiver.answer = (_, response) => void response.end();
    await world.handlers.replayNotificationEvent(world.ask({ id }, undefined));
    const replay = await last(channel);
    expect(replay).toMatchObject({ replayOf: id, publicationStatus: 'PENDING' });
    await expect(world.handlers.replayNotificationEvent(world.ask({ id: replay?.id }, undefined))).rejects.toMatchObject({
      code: 'delivery-under-way',
    });
    await world.reach(world.deliverer(), replay?.id ?? '', 'DELIVERED');
    const sent = receiver.received.at(-1);
    expect([sent === undefined ? undefined : idOf(sent), sent?.headers['cellplane-event-id']]).toEqual([replay?.id, id]);
  });
});

describe('a receiver', () => {
  it('that hangs holds up nothing but its own channel, and that with two requests', async () => {
    const held = gate();
    receiver.answer = (_, response) => void held.opened.then(() => response.end());
    const slow = await world.webhook('slow', receiver.url);
    const quick = await world.webhook('quick', other.url);
    for (let count = 0; count < 5; count += 1) await world.test(slow);
    const deliverer = world.deliverer({ deadlineMs: 10_000 });
    // A second copy of the program counts the same places.
    const twin = world.deliverer({ deadlineMs: 10_000 });
    await Promise.all([deliverer.turn(), twin.turn()]);
    await until(async () => (receiver.received.length === 2 ? true : undefined), 'two requests that hang');
    await world.reach(twin, await world.test(quick), 'DELIVERED');
    expect(receiver.received).toHaveLength(2);
    held.open();
    await until(
      async () => ((await world.history(slow)).every(({ publicationStatus }) => publicationStatus === 'DELIVERED') ? true : undefined),
      'the others',
    );
    expect(new Set(receiver.received.map(idOf)).size).toBe(5);
    expect(receiver.received).toHaveLength(5);
  });

  it('that does not answer in time has failed the attempt', async () => {
    receiver.answer = () => {};
    const channel = await world.webhook('a', receiver.url);
    await world.reach(world.deliverer({ deadlineMs: 100, mostAttempts: 1 }), await world.test(channel), 'FAILED');
    expect((await last(channel))?.channelResponse).toMatchObject({ error: 'no answer within 0.1 s' });
  });

  it('that trickles its headers has no more time than one that hangs', async () => {
    receiver.answer = (_, response) => {
      const { socket } = response;
      const drip = setInterval(() => socket?.write('H'), 20);
      socket?.on('close', () => clearInterval(drip));
    };
    const channel = await world.webhook('a', receiver.url);
    await world.reach(world.deliverer({ deadlineMs: 300, mostAttempts: 1 }), await world.test(channel), 'FAILED');
    expect((await last(channel))?.channelResponse?.error).toBeDefined();
  });

  it('that trickles a body without end has taken the event: its status counts, and a few lines are kept', async () => {
    receiver.answer = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'.repeat(900)), 5);
      response.on('close', () => clearInterval(drip));
    };
    const channel = await world.webhook('a', receiver.url);
    await world.reach(world.deliverer(), await world.test(channel), 'DELIVERED');
    expect((await last(channel))?.channelResponse?.body).toHaveLength(1_000);
  });

  it('that breaks off, or lies about its length, or speaks no HTTP, has failed or delivered by what its status line said', async () => {
    const channel = await world.webhook('a', receiver.url);
    const outcome = async (answer: typeof receiver.answer, status: string) => {
      receiver.answer = answer;
      await world.reach(world.deliverer({ mostAttempts: 1 }), await world.test(channel), status);
      return (await last(channel))?.channelResponse;
    };
    expect(await outcome((_, { socket }) => void socket?.destroy(), 'FAILED')).toMatchObject({ error: 'socket hang up' });
    expect(await outcome((_, { socket }) => void socket?.end('SSH-2.0-OpenSSH\r\n'), 'FAILED')).toHaveProperty('error');
    const lie = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort';
    expect(await outcome((_, { socket }) => void socket?.end(lie), 'DELIVERED')).toMatchObject({ statusCode: 200, body: 'short' });
  });

  it('that says back what it was sent does not show readers the channel’s secrets', async () => {
    receiver.answer = ({ headers, url }, response) => void response.end(`${String(headers['authorization'])} at ${url}`);
    const channel = await world.webhook('a', `${receiver.url}/hook/t0ken`, { headers: { Authorization: 'Bearer s3cret' } });
    await world.reach(world.deliverer(), await world.test(channel), 'DELIVERED');
    expect((await last(channel))?.channelResponse?.body).toBe('*** at ***');
  });

  it('that redirects is not followed', async () => {
    receiver.answer = (_, response) => void response.writeHead(302, { location: `${other.url}/latest/meta-data` }).end();
    const channel = await world.webhook('a', receiver.url);
    await world.reach(world.deliverer({ mostAttempts: 1 }), await world.test(channel), 'FAILED');
    expect(other.received).toEqual([]);
    expect((await last(channel))?.channelResponse?.error).toContain('redirects are not followed');
  });
});

describe('a private address', () => {
  it('is refused whatever the name says when it is resolved, and for good', async () => {
    const { port } = new URL(receiver.url);
    const channel = await world.webhook('a', `http://hooks.example.com:${port}/`);
    const asked: string[] = [];
    const resolve =
      (...answers: { address: string; family: number }[]) =>
      (host: string) => {
        asked.push(host);
        return Promise.resolve(answers);
      };
    const outcome = async (...answers: { address: string; family: number }[]) => {
      const id = await world.test(channel);
      await world.reach(world.deliverer({ privateTargets: false, resolve: resolve(...answers) }), id, 'FAILED');
      return (await world.history(channel)).find((one) => one.id === id)?.channelResponse;
    };
    const loopback = { address: '127.0.0.1', family: 4 };
    expect(await outcome(loopback)).toMatchObject({ attempts: 1, error: expect.stringContaining('stands at 127.0.0.1') });
    expect(await outcome({ address: '93.184.216.34', family: 4 }, loopback)).toMatchObject({ error: expect.stringContaining('127.0.0.1') });
    for (const address of ['10.1.2.3', '169.254.169.254', '100.64.0.1', '192.168.0.1', '0.0.0.0', '224.0.0.1'])
      expect(await outcome({ address, family: 4 })).toMatchObject({ error: expect.stringContaining(address) });
    for (const address of ['::1', 'fd00::1', 'fe80::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'])
      expect(await outcome({ address, family: 6 })).toMatchObject({ error: expect.stringContaining(address) });
    expect(receiver.received).toEqual([]);
    expect(asked.every((host) => host === 'hooks.example.com')).toBe(true);
  });

  it('that stands in the URL is refused without a lookup', async () => {
    const channel = await world.webhook('a', receiver.url);
    await world.reach(world.deliverer({ privateTargets: false }), await world.test(channel), 'FAILED');
    expect(receiver.received).toEqual([]);
  });
});

describe('a channel of mail', () => {
  it('hands each event to the outbox once, in the transaction that says so', async () => {
    const { createNotificationChannel } = world.mailHandlers;
    const channel = await createNotificationChannel(world.ask({}, { name: 'mail', subscription: ALL, email: { to: 'Ops@Example.com' } }));
    const id = await world.test(channel);
    await sql`create table posted (recipient text, subject text, text text)`.execute(db);
    let failures = 1;
    const post: PostMail = async (tx, { recipient, subject, text }) => {
      await sql`insert into posted values (${recipient}, ${subject}, ${text})`.execute(tx);
      failures -= 1;
      if (failures >= 0) throw new Error('the outbox is away');
    };
    const deliverer = world.deliverer({ post, leaseMs: 1_500 });
    await world.reach(deliverer, id, 'DELIVERED');
    const { rows } = await sql<{ recipient: string; subject: string; text: string }>`select * from posted`.execute(db);
    expect(rows).toEqual([
      { recipient: 'ops@example.com', subject: '[Low] Test', text: expect.stringContaining('Somebody asked for a test') },
    ]);
    expect(await last(channel)).toMatchObject({ channelResponse: { attempts: 2, body: 'the mail is in the outbox' } });
    const unserved = await world.test(channel);
    await world.reach(world.deliverer(), unserved, 'FAILED');
  });
});

describe('copies of the program', () => {
  it('never send an attempt twice', async () => {
    const channel = await world.webhook('a', receiver.url);
    for (let count = 0; count < 20; count += 1) await world.test(channel);
    const copies = [world.deliverer(), world.deliverer(), world.deliverer()];
    await until(async () => {
      await Promise.all(copies.map((copy) => copy.turn()));
      return (await world.history(channel)).every(({ publicationStatus }) => publicationStatus === 'DELIVERED') ? true : undefined;
    }, 'all delivered');
    expect(receiver.received).toHaveLength(20);
    expect(new Set(receiver.received.map(idOf)).size).toBe(20);
  });

  it('that stop give back what is under way', async () => {
    receiver.answer = () => {};
    const channel = await world.webhook('a', receiver.url);
    const id = await world.test(channel);
    const stopped = world.deliverer();
    await stopped.turn();
    await until(async () => (receiver.received.length === 1 ? true : undefined), 'the first request');
    await stopped.stop();
    receiver.answer = (_, response) => void response.end();
    await world.reach(world.deliverer(), id, 'DELIVERED');
    expect((await last(channel))?.channelResponse).toMatchObject({ attempts: 1 });
  });

  it('that are killed between send and record are followed by one more send with the same id', async () => {
    const channel = await world.webhook('a', receiver.url);
    const key = 'k'.repeat(32);
    const sealer = createSealer(Buffer.from(key));
    const target = { type: 'webhook', method: 'POST', url: receiver.url, headers: {}, extra: {} };
    await sql`update notification_channels set sealed_target = ${sealer.seal(JSON.stringify(target), `notification-channel/${channel}/target`)}
      where id = ${channel}`.execute(db);
    const id = await world.test(channel);
    const program = `
      import { openDatabase } from './dist/database/database.js';
      import { createDeliverer } from './dist/notifications/deliver.js';
      import { createSealer } from './dist/secrets/envelope.js';
      import { silentLogger } from './dist/log.js';
      const { db } = await openDatabase({ url: process.env.DATABASE_URL }, { log: silentLogger });
      const deliverer = createDeliverer({ db, sealer: createSealer(Buffer.from('${key}')), log: silentLogger, privateTargets: true, leaseMs: 1500 });
      await deliverer.turn();
      setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    receiver.answer = () => void child.kill('SIGKILL');
    await once(child, 'exit');
    expect(receiver.received.map(idOf)).toEqual([id]);
    receiver.answer = (_, response) => void response.end();
    await world.reach(world.deliverer({ sealer }), id, 'DELIVERED');
    expect(receiver.received.map(idOf)).toEqual([id, id]);
    expect((await last(channel))?.channelResponse).toMatchObject({ attempts: 2 });
  });
});
