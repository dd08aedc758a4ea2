import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { openDatabase, sql } from './database.js';
import { testDatabase } from './test-database.testing.js';

const { url } = await testDatabase();
const database = new URL(url).pathname.slice(1);
const socket = join(new URL(url).searchParams.get('host') ?? '', '.s.PGSQL.5432');

/** Whole messages of the protocol out of a stream; the first one of a client has no type. */
function messages(onMessage: (message: Buffer) => void, hasStartup: boolean) {
  let rest = Buffer.alloc(0);
  let isStartup = hasStartup;
  return (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      const at = isStartup ? 0 : 1;
      if (rest.length < at + 4) return;
      const length = at + rest.readInt32BE(at);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      isStartup = false;
      onMessage(message);
    }
  };
}

interface Session {
  upstream: Socket;
  user: Socket | undefined;
}

/** A pooler: clients get one of two sessions, for a transaction or for good. */
async function startPooler(mode: 'transaction' | 'session'): Promise<string> {
  const sessions: Session[] = [];
  const waiting: (() => void)[] = [];
  const open = async (): Promise<Session> => {
    const upstream = connect(socket);
    const session: Session = { upstream, user: undefined };
    await once(upstream, 'connect');
    const body = Buffer.from(`user\0cellplane\0database\0${database}\0\0`);
    const head = Buffer.alloc(8);
    head.writeInt32BE(body.length + 8);
    head.writeInt32BE(196_608, 4);
    upstream.write(Buffer.concat([head, body]));
    await new Promise<void>((ready) => {
      upstream.on(
        'data',
        messages((message) => {
          const isIdle = message[0] === 0x5a && message[5] === 0x49;
          if (session.user === undefined && isIdle) return ready();
          session.user?.write(message);
          if (!isIdle || mode === 'session') return;
          session.user = undefined;
          waiting.shift()?.();
        }, false),
      );
    });
    return session;
  };
  if (mode === 'transaction') sessions.push(await open(), await open());
  const take = async (user: Socket): Promise<Session> => {
    for (;;) {
      const own = sessions.find((one) => one.user === user);
      if (own !== undefined) return own;
      // Another one than the last, as poolers that turn round do.
      const free = sessions.findIndex((one) => one.user === undefined);
      const [session] = free < 0 ? [] : sessions.splice(free, 1);
      if (session !== undefined) {
        session.user = user;
        sessions.push(session);
        return session;
      }
      await new Promise<void>((go) => void waiting.push(go));
    }
  };
  const server = createServer((user) => {
    user.on('error', () => {});
    let turn: Promise<void> = Promise.resolve();
    user.on(
      'data',
      messages((message) => {
        if (message[0] === 0) {
          turn = turn.then(async () => {
            if (mode === 'session') {
              const session = await open();
              session.user = user;
              sessions.push(session);
              user.once('close', () => session.upstream.destroy());
            }
            // AuthenticationOk, ReadyForQuery.
            user.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
          });
          return;
        }
        turn = turn.then(async () => {
          if (message[0] === 0x58) return void user.end();
          (await take(user)).upstream.write(message);
        });
      }, true),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    for (const { upstream } of sessions) upstream.destroy();
    server.close();
  });
  const address = server.address();
  return `postgresql://cellplane@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/${database}`;
}

const options = { log: silentLogger, deadlineMs: 5_000, poolSize: 3 };

describe('a database URL', () => {
  it('that leads to a pooler in transaction mode is refused with the cure', async () => {
    await expect(openDatabase({ url: await startPooler('transaction') }, options)).rejects.toThrow(
      /pooler in transaction or statement mode.*pool_mode = session/,
    );
  });

  it('that leads to a pooler in session mode, or to PostgreSQL itself, is used, with the limits of statements', {
    timeout: 30_000,
  }, async () => {
    for (const to of [await startPooler('session'), url]) {
      const opened = await openDatabase({ url: to }, options);
      const { rows } = await sql`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`.execute(
        opened.db,
      );
      expect(rows).toEqual([{ lock: '15s', statement: '30s' }]);
      await opened.close();
    }
  });

  it('of a database that can only be read is refused', async () => {
    const readOnly = `${url}&options=${encodeURIComponent('-c default_transaction_read_only=on')}`;
    await expect(openDatabase({ url: readOnly }, options)).rejects.toThrow(/can only be read \(default_transaction_read_only is on\)/);
  });
});
