import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createOutbox, openLetter } from '../mail/outbox.js';
import { createSealer } from '../secrets/envelope.js';
import { mailOfNotices } from './mail.js';
import { ALL, openNotifications } from './notifications.testing.js';

const { db } = await testDatabase();
const world = await openNotifications(db);
const sealing = createSealer(randomBytes(32));

it('an event for an e-mail address lies in the outbox of the provider, once', async () => {
  const body = { name: 'mail', subscription: ALL, email: { to: 'ops@example.com' } };
  const channel = await world.mailHandlers.createNotificationChannel(world.ask({}, body));
  await world.reach(world.deliverer({ post: mailOfNotices(createOutbox(sealing)) }), await world.test(channel), 'DELIVERED');
  const { rows } = await sql<{ id: string; providerOrgId: string; recipient: string; letter: string; sealedPayload: Buffer }>`
    select id, provider_org_id as "providerOrgId", recipient, letter, sealed_payload as "sealedPayload" from mails`.execute(db);
  expect(rows).toMatchObject([{ providerOrgId: world.caller.orgId, recipient: 'ops@example.com', letter: 'Notice' }]);
  const [mail] = rows;
  expect(mail === undefined ? undefined : openLetter(sealing, mail)).toMatchObject({
    payload: { subject: '[Low] Test', text: expect.stringContaining('Somebody asked for a test') },
  });
});
