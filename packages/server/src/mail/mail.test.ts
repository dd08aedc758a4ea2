import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer, SealError } from '../secrets/envelope.js';
import { mailHandlers } from './handlers.js';
import type { Letter } from './payloads.js';
import { createOutbox, type NewMail } from './outbox.js';
import { sendDueMails } from './send.js';
import { openSmtp } from './smtp.js';

const { db } = await testDatabase();
const sealing = createSealer(Buffer.alloc(32, 5));
const outbox = createOutbox(sealing);
await sql`insert into organizations (id, name, service_provider_id) values ('org-p', 'Acme Databases', 'sp-1'), ('org-q', 'Other', 'sp-2')`.execute(
  db,
);
await sql`insert into organizations (id, name, url, provider_org_id) values ('org-c', 'Customer Inc', 'https://c.example', 'org-p')`.execute(
  db,
);
await sql`insert into users (id, org_id, email, name, role_type, provider_org_id) values ('user-c', 'org-c', 'cleo@example.com', 'Cleo', 'root', 'org-p')`.execute(
  db,
);

/** A real server that takes what `refuse` does not refuse. */
let refuse: (recipient: string) => Error | undefined = () => undefined;
const received: { from: string; to: string[]; text: string; user: string }[] = [];
const server = new SMTPServer({
  secure: false,
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  onAuth: ({ username, password }, _session, done) =>
    password === 'p@ss' ? done(null, { user: username }) : done(new Error('535 wrong password')),
  onRcptTo: ({ address }, _session, done) => done(refuse(address) ?? null),
  onData: (stream, session, done) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      received.push({
        from,
        to: rcptTo.map(({ address }) => address),
        text: Buffer.concat(parts).toString('utf8'),
        user: String(session.user),
      });
      done();
    });
  },
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.server.address() as AddressInfo;
const smtp = openSmtp({ url: `smtp://mailer:p%40ss@127.0.0.1:${port}`, from: 'Acme <no-reply@acme.example>' });
afterAll(async () => {
  smtp.close();
  await new Promise<void>((closed) => server.close(closed));
});
afterEach(async () => {
  received.length = 0;
  refuse = () => undefined;
  await sql`delete from mails`.execute(db);
});

const deps = { db, sealing, smtp, log: silentLogger, portalUrl: 'https://portal.acme.example' };
const token = 'a+secret/token';
const signUp: Letter = { type: 'CustomerSignUp', payload: { token, user_name: 'Cleo' } };
const post = (mail: Partial<NewMail> = {}) =>
  transaction(db, (tx) =>
    outbox.post(tx, {
      providerOrgId: 'org-p',
      recipient: 'cleo@example.com',
      userId: 'user-c',
      audience: 'customer',
      letter: signUp,
      ...mail,
    }),
  );
const rows = async () =>
  (
    await sql<{
      id: string;
      status: string;
      failures: number;
      message: string;
    }>`select id, status, failures, message from mails order by created_at, id`.execute(db)
  ).rows;
const ids = async () => (await rows()).map(({ id }) => id);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
const boss = { userId: 'user-b', email: 'b@example.com', orgId: 'org-p', roleType: 'root' };
const handlers = (sends: boolean) => mailHandlers({ db, sealing, sends, portalUrl: 'https://portal.acme.example' });
const ask = <P>(params: P, caller = boss) => ({ params, query: {}, body: undefined, caller });

describe('mails through SMTP', () => {
  it('go out once, signed in, with subject, sender and link', async () => {
    await post();
    await Promise.all([sendDueMails(deps), sendDueMails(deps)]);
    expect(received).toMatchObject([{ from: 'no-reply@acme.example', to: ['cleo@example.com'], user: 'mailer' }]);
    const text = received[0]?.text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    expect(text).toContain('Subject: Confirm your address for Acme Databases');
    expect(text).toContain(`https://portal.acme.example/validate-token?email=cleo%40example.com&token=${encodeURIComponent(token)}`);
    expect(await rows()).toMatchObject([{ status: 'SENT', failures: 0, message: '' }]);
    await sendDueMails(deps);
    expect(received).toHaveLength(1);
  });

  it('that are withdrawn go to nobody; one that is out meanwhile is sent, and is shown so', async () => {
    const withdraw = (about: string, providerOrgId = 'org-p') =>
      transaction(db, (tx) => outbox.withdraw(tx, { providerOrgId, about: [about], why: 'taken back' }));
    await post({ about: 'invitation-1' });
    await withdraw('invitation-1', 'org-q');
    expect(await rows()).toMatchObject([{ status: 'WAITING' }]);
    await withdraw('invitation-1');
    await sendDueMails(deps);
    expect([received, await rows()]).toMatchObject([[], [{ status: 'WITHDRAWN', message: 'taken back' }]]);
    const [id = ''] = await ids();
    expect(await handlers(false).describeMail(ask({ id }))).not.toMatchObject({ text: expect.stringContaining(encodeURIComponent(token)) });
    expect((await handlers(false).listMailEvents(ask({}))).events).toEqual([]);
    await post({ about: 'invitation-2' });
    // It is taken back while the server has it.
    let held: Promise<void> | undefined;
    refuse = () => {
      held = withdraw('invitation-2');
      return undefined;
    };
    const slow: typeof smtp = {
      ...smtp,
      send: async (mail) => {
        await smtp.send(mail);
        await held;
      },
    };
    await sendDueMails({ ...deps, smtp: slow });
    expect(received).toHaveLength(1);
    expect((await rows()).map(({ status }) => status)).toEqual(['WITHDRAWN', 'SENT']);
  });

  it('that the server refuses for now are tried again later, for good not', async () => {
    refuse = (address) =>
      Object.assign(new Error(address.startsWith('no') ? 'no such mailbox' : 'try later'), {
        responseCode: address.startsWith('no') ? 550 : 451,
      });
    await post();
    await post({ recipient: 'nobody@example.com' });
    await sendDueMails(deps);
    const [first, second] = await rows();
    expect(first).toMatchObject({ status: 'WAITING', failures: 1, message: expect.stringContaining('try later') });
    expect(second).toMatchObject({ status: 'FAILED', failures: 1, message: expect.stringContaining('no such mailbox') });
    refuse = () => undefined;
    await sendDueMails(deps);
    expect(received).toEqual([]);
    await sql`update mails set due_at = now()`.execute(db);
    await sendDueMails(deps);
    expect(received).toHaveLength(1);
    expect((await rows()).map(({ status }) => status)).toEqual(['SENT', 'FAILED']);
  });

  it('wait longer after each failure, and are given up after a day', async () => {
    const away = openSmtp({ url: 'smtp://127.0.0.1:1', from: 'a@b.example' });
    await post();
    const pauses: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await sql`update mails set due_at = now()`.execute(db);
      await sendDueMails({ ...deps, smtp: away });
      const { rows: due } = await sql<{
        seconds: number;
      }>`select round(extract(epoch from due_at - now()))::int as seconds from mails`.execute(db);
      pauses.push(due[0]?.seconds ?? 0);
    }
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? 0);
    expect(pauses[2]).toBeGreaterThan(pauses[1] ?? 0);
    await sql`update mails set due_at = now(), created_at = now() - interval '25 hours'`.execute(db);
    await sendDueMails({ ...deps, smtp: away });
    expect(await rows()).toMatchObject([{ status: 'FAILED', message: 'could not be sent within 24 hours' }]);
    away.close();
  });

  it('of a copy that was killed go out by another one, when its lease is over', async () => {
    await post();
    await sql`update mails set due_at = now() + interval '10 minutes'`.execute(db);
    await sendDueMails(deps);
    expect(received).toEqual([]);
    await sql`update mails set due_at = now()`.execute(db);
    await sendDueMails(deps);
    expect(received).toHaveLength(1);
  });

  it('hold no header or recipient that a stranger wrote', async () => {
    const evil = 'Eve\r\nBcc: all@example.com\r\n\r\nhello';
    await post({ letter: { type: 'InviteUser', payload: { inviting_user_name: evil, service_name: 'Postgres', is_user_enabled: false } } });
    await sendDueMails(deps);
    expect(received[0]?.to).toEqual(['cleo@example.com']);
    expect(received[0]?.text).not.toMatch(/^Bcc:/m);
  });

  it.each<[Letter, string, string[]]>([
    [
      { type: 'InvitePerson', payload: { token: 'invitation-1.proof', inviting_user_name: 'Mia\r\nBcc: x', role: 'editor' } },
      'Subject: Mia Bcc: x invites you to Acme Databases',
      ['with the role editor', 'cellplane user accept --token invitation-1.proof'],
    ],
    [
      {
        type: 'SubscriptionRequested',
        payload: {
          service_name: 'Big Data',
          product_tier_name: 'Gold',
          org_name: "O'Neill\nInc",
          user_name: 'Cleo',
          environment_name: "it's; rm",
          request_id: 'subr-1',
        },
      },
      "Subject: O'Neill Inc asks for Big Data, Gold",
      ["Cleo of O'Neill Inc asks", "cellplane subscription approve subr-1 --service 'Big Data' --environment 'it'\\''s; rm'"],
    ],
    [
      { type: 'SuspendSubscription', payload: { service_name: '<b>Postgres</b>', product_tier_name: 'Gold', org_name: 'Customer Inc' } },
      'Subject: Your subscription is suspended: <b>Postgres</b>, Gold',
      ['<b>Postgres</b>, plan Gold, for Customer Inc.', '— Acme Databases'],
    ],
    [
      {
        type: 'InstanceMaintenanceCancelled',
        payload: {
          instance_id: 'instance-1',
          service_name: 'Postgres',
          source_product_tier_name: 'Gold',
          scheduled_date: '2026-12-02T22:00:00.000Z',
          scheduling_event_type: 'Upgrade to version 2.0',
        },
      },
      'Subject: Maintenance of instance-1 is cancelled',
      ['announced for 2026-12-02T22:00:00.000Z, is cancelled. The instance stays as it is.'],
    ],
    [{ type: 'AccountSuspended', payload: { user_name: 'Cleo' } }, 'Subject: Your account at Acme Databases is suspended', ['Hello Cleo,']],
    [{ type: 'AccountUnsuspended', payload: { user_name: 'Cleo' } }, 'Subject: Your account at Acme Databases is open again', ['sign in']],
  ])('tell %o in plain text, with the names of whoever it is about', async (letter, subject, texts) => {
    await post({ letter });
    await sendDueMails(deps);
    // As the receiver sees it: soft line ends of the encoding are no line ends.
    const text = (received[0]?.text ?? '').replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
    const plain = decodeURIComponent(text.replaceAll(/%(?![0-9A-F]{2})/g, '%25'));
    expect(plain.replaceAll(/\r?\n (?=\S)/g, ' ')).toContain(subject);
    expect(plain).toMatch(/^Content-Type: text\/plain/m);
    expect(plain).not.toMatch(/^(Bcc|Content-Type: text\/html)/m);
    for (const part of texts) expect(plain).toContain(part);
  });

  it('are at most five of a kind to one address within an hour', async () => {
    for (let turn = 0; turn < 7; turn += 1) await post();
    expect((await rows()).filter(({ status }) => status === 'WAITING')).toHaveLength(5);
  });
});

describe('the outbox', () => {
  it('shows links where nothing is sent, and nobody where mails are', async () => {
    await post();
    const [id = ''] = await ids();
    const { mails } = await handlers(false).listMails(ask({}));
    expect(mails).toMatchObject([{ id, recipient: 'cleo@example.com', type: 'CustomerSignUp', status: 'WAITING' }]);
    expect(JSON.stringify(mails)).not.toContain('secret');
    expect((await handlers(false).describeMail(ask({ id }))).text).toContain(encodeURIComponent(token));
    expect((await handlers(true).describeMail(ask({ id }))).text).not.toContain('secret');
    const stranger = { ...boss, orgId: 'org-q' };
    expect((await handlers(false).listMails(ask({}, stranger))).mails).toEqual([]);
    expect(await codeOf(handlers(false).describeMail(ask({ id }, stranger)))).toBe('mail-not-found');
  });

  it("shows links to the provider's own people to roots only, and those to nobody at all", async () => {
    await post({ audience: 'provider', recipient: 'b@example.com', letter: { type: 'ResetPassword', payload: { token } } });
    await post({ withheld: 'nobody has this address' });
    const [id = '', withheld = ''] = await ids();
    const text = async (roleType: string) => (await handlers(false).describeMail(ask({ id }, { ...boss, roleType }))).text;
    expect(await text('root')).toContain(encodeURIComponent(token));
    expect(await text('admin')).not.toContain('secret');
    expect(await codeOf(handlers(false).describeMail(ask({ id: withheld })))).toBe('mail-not-found');
    expect((await handlers(false).listMails(ask({}))).mails.map((mail) => mail.id)).toEqual([id]);
  });
});

describe("a portal's events", () => {
  it('are the mails to customers that nobody has sent; acknowledged, they are gone', async () => {
    await post();
    await post({ audience: 'provider', letter: { type: 'ResetPassword', payload: { token } } });
    await post({ letter: { type: 'AccountExists', payload: { user_name: 'Cleo' } } });
    await post({ withheld: 'nobody has this address' });
    const list = (caller = boss, sends = false) => handlers(sends).listMailEvents(ask({}, caller));
    const { events } = await list();
    const [id = ''] = await ids();
    expect(events).toEqual([
      {
        eventID: id,
        eventType: 'CustomerSignUp',
        eventPayload: { token, user_name: 'Cleo' },
        time: expect.any(String),
        priority: 'HIGH',
        userEmail: 'cleo@example.com',
        userID: 'user-c',
        userName: 'Cleo',
        orgID: 'org-c',
        orgName: 'Customer Inc',
        orgURL: 'https://c.example',
      },
    ]);
    expect((await list(boss, true)).events).toEqual([]);
    const stranger = { ...boss, orgId: 'org-q' };
    expect((await list(stranger)).events).toEqual([]);
    expect(await codeOf(handlers(false).acknowledgeMailEvent(ask({ id }, stranger)))).toBe('event-not-found');
    await handlers(false).acknowledgeMailEvent(ask({ id }));
    await handlers(false).acknowledgeMailEvent(ask({ id }));
    expect((await list()).events).toEqual([]);
    await sendDueMails(deps);
    expect(received.map(({ to }) => to)).toHaveLength(2);
  });
});

it('what mails say is sealed, and bound to its row', async () => {
  await post();
  await post();
  const { rows: stored } = await sql<{ all: string }>`select json_agg(m)::text as all from mails m`.execute(db);
  expect(stored[0]?.all).not.toContain(token);
  await sql`update mails set sealed_payload = (select sealed_payload from mails order by id limit 1)`.execute(db);
  const [, second = ''] = (await ids()).toSorted();
  await expect(handlers(false).describeMail(ask({ id: second }))).rejects.toThrow(SealError);
});
