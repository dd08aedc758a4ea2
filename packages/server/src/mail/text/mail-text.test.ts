/** Texts of mails in PostgreSQL, and as a real mail server gets them. */
import type { Caller } from '@cellplane/api';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { silentLogger } from '../../log.js';
import { createSealer } from '../../secrets/envelope.js';
import { openMailbox } from '../mailbox.testing.js';
import { createOutbox } from '../outbox.js';
import { sendDueMails } from '../send.js';
import { openSmtp } from '../smtp.js';
import { mailTextHandlers } from './handlers.js';

const { db } = await testDatabase();
const sealing = createSealer(Buffer.alloc(32, 5));
const outbox = createOutbox(sealing);
await sql`insert into organizations (id, name, service_provider_id) values ('org-p', 'Acme', 'sp-1'), ('org-q', 'Other', 'sp-2')`.execute(
  db,
);
await sql`insert into users (id, org_id, email, name, role_type) values ('user-b', 'org-p', 'boss@example.com', 'Boss', 'root')`.execute(
  db,
);
await sql`insert into portal_themes (org_id, name, links, modified_by)
  values ('org-p', 'Orders', '{"support": "mailto:help@orders.example"}', 'user-b')`.execute(db);

const { mails: received, ...mailbox } = await openMailbox();
const smtp = openSmtp({ url: mailbox.url, from: 'Acme <no-reply@acme.example>' });
afterAll(async () => {
  smtp.close();
  await mailbox.close();
});
beforeEach(async () => {
  received.length = 0;
  await sql`delete from mails`.execute(db);
  await sql`delete from mail_texts`.execute(db);
});

const portalUrl = 'https://portal.acme.example';
const handlers = mailTextHandlers({ db, outbox, sends: true, portalUrl });
const boss: Caller = { userId: 'user-b', email: 'boss@example.com', orgId: 'org-p', roleType: 'root' };
const stranger: Caller = { userId: 'user-q', email: 'q@example.com', orgId: 'org-q', roleType: 'root' };
const ask = <B>(kind: string, body: B, caller = boss) => ({ params: { kind }, query: {}, body, caller });
const textsOf = async (caller: Caller) => (await handlers.listMailTexts({ params: {}, query: {}, body: undefined, caller })).texts;
const OWN = { subject: 'New password at {{provider}}', body: 'Dear <b>{{recipient}}</b>,\n\nopen this:\n{{link}}' };
const send = () => sendDueMails({ db, sealing, smtp, log: silentLogger, portalUrl });
const post = (providerOrgId = 'org-p') =>
  transaction(db, (tx) =>
    outbox.post(tx, {
      providerOrgId,
      recipient: 'cleo@example.com',
      audience: 'customer',
      letter: { type: 'ResetPassword', payload: { token: 'a-token' } },
    }),
  );

it('a text of the provider goes out, with the name and the help of its theme, as plain text; reset, the old one does', async () => {
  expect(await handlers.updateMailText(ask('ResetPassword', OWN))).toMatchObject({ ...OWN, isOwn: true, modifiedAt: expect.any(String) });
  await post();
  await post('org-q');
  await send();
  const [own = '', other = ''] = received.map(({ text }) => text).toSorted((a) => (a.includes('Orders') ? -1 : 1));
  expect(own).toContain('Subject: New password at Orders\n');
  expect(own).toContain('Content-Type: text/plain');
  expect(own).toContain(
    `Dear <b>cleo@example.com</b>,\n\nopen this:\n${portalUrl}/change-password?email=cleo%40example.com&token=a-token\n\n— Orders`.replace(
      '—',
      '=E2=80=94',
    ),
  );
  expect(own).toContain('Help: help@orders.example');
  expect(other).toContain('Subject: Set a new password for Other');
  expect(other).not.toContain('Help:');
  const { default: before } = await handlers.resetMailText(ask('ResetPassword', undefined));
  expect((await textsOf(boss)).find(({ kind }) => kind === 'ResetPassword')).toMatchObject({ ...before, isOwn: false });
  received.length = 0;
  await post();
  await send();
  expect(received[0]?.text).toContain('Subject: Set a new password for Orders');
});

it('is of its provider alone, and of kinds that there are', async () => {
  await handlers.updateMailText(ask('ResetPassword', OWN));
  expect((await textsOf(stranger)).filter(({ isOwn }) => isOwn)).toEqual([]);
  await handlers.resetMailText(ask('ResetPassword', undefined, stranger));
  expect((await textsOf(boss)).filter(({ isOwn }) => isOwn).map(({ kind }) => kind)).toEqual(['ResetPassword']);
  for (const kind of ['Notice', 'toString', 'Nothing'])
    await expect(handlers.updateMailText(ask(kind, OWN))).rejects.toMatchObject({ code: 'mail-text-not-found' });
});

it('refuses what cannot be sent, and keeps what was there', async () => {
  await handlers.updateMailText(ask('ResetPassword', OWN));
  await expect(handlers.updateMailText(ask('ResetPassword', { subject: 'Hi {{who}}', body: 'nothing' }))).rejects.toMatchObject({
    code: 'unknown-placeholder',
    message: 'Invalid request: subject has no placeholder "who": use one of provider, recipient.',
    details: [{ field: 'subject' }, { field: 'body', code: 'placeholder-missing' }],
  });
  expect((await textsOf(boss)).find(({ isOwn }) => isOwn)).toMatchObject(OWN);
});

it('a preview has example values, of a draft too; a test goes to whoever asks, and to nobody else', async () => {
  const { subject, text } = await handlers.previewMailText(ask('ApproveSubscriptionRequest', { subject: '{{plan}} for {{organization}}' }));
  expect(subject).toBe('Gold for Customer Inc');
  expect(text).toContain('The provider writes:\n> Welcome.\n\nYou can use it now.\n\n— Orders\nHelp: help@orders.example');
  expect(await handlers.testMailText(ask('ResetPassword', OWN))).toMatchObject({ recipient: 'boss@example.com', isSent: true });
  await send();
  expect(received.map(({ to }) => to)).toEqual(['boss@example.com']);
  expect(received[0]?.text).toContain('Subject: Test: New password at Orders');
  expect(received[0]?.text).toContain('token=EXAMPLE');
  await expect(handlers.testMailText(ask('ResetPassword', {}, { ...boss, apiKeyId: 'key-1' }))).rejects.toMatchObject({
    code: 'no-mailbox',
  });
});

it('tests of one person are not without end', async () => {
  for (let turn = 0; turn < 50; turn += 1) await handlers.testMailText(ask('AccountSuspended', {}));
  await expect(handlers.testMailText(ask('AccountSuspended', {}))).rejects.toMatchObject({ code: 'too-many-test-mails' });
});
