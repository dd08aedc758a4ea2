/** A create that fails is mailed to the members of the subscription, and the mail leads to where each chooses what to hear of. */
import type { Browser } from 'playwright-core';
import { createClient } from '@cellplane/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, buildPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn } from './browser.testing.js';
import { type Mailbox, openMailbox } from '../../packages/server/src/mail/mailbox.testing.js';

/** Each create of it fails at once, and says so. */
const FAILING = `name: Failing
deployment: {hostedDeployment: {awsAccountId: "000000000000"}}
tenancyType: CUSTOM_TENANCY
services:
  - name: Thing
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: data.state == ready
                failureCondition: data.state == broken
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "{{ $sys.instanceId }}"}
                  data: {state: broken}
`;
const PASSWORD = 'a long enough password';

let plane: ControlPlane;
let base: string;
let browser: Browser;
let plan: BuiltPlan;
let mailbox: Mailbox;

/** A customer with a confirmed address, signed in. */
async function customer(name: string) {
  const email = `${name}@customers.example`;
  await plane.client.createConsumptionUser({
    body: { email, name, password: PASSWORD, legalCompanyName: `${name} Inc`, enableAutoVerification: true },
  });
  const signedIn = await createClient({ baseUrl: plane.url }).signin({ body: { email, password: PASSWORD } });
  return {
    email,
    password: PASSWORD,
    client: createClient({ baseUrl: plane.url, token: () => signedIn.jwtToken }),
    token: signedIn.jwtToken,
  };
}

const mailsTo = (email: string, id: string) => mailbox.mails.filter(({ to, text }) => to === email && text.includes(id));
const untilMailed = (email: string, id: string) =>
  until(
    `a mail to ${email} about ${id}`,
    () => Promise.resolve(mailsTo(email, id).length > 0),
    PATIENCE_MS,
    () => JSON.stringify(mailbox.mails),
  );

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    mailbox = await openMailbox();
    plane = await startControlPlane((address) => {
      base = address.replace('127.0.0.1', 'localhost');
      return { CELLPLANE_SMTP_URL: mailbox.url, CELLPLANE_PORTAL_URL: base };
    });
    plan = await buildPlan(plane.client, 'Postgres', { text: FAILING }, { environment: 'Production', environmentType: 'PROD' });
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
    await mailbox.close();
  });

  it('is mailed of a create that failed, switches that off with an undo, and is mailed no more; others are', {
    timeout: 300_000,
  }, async () => {
    const anna = await customer('anna');
    const own = (await customersOf(plane)).as(anna.token);
    const subscriptionId = await own.subscribe(plan);
    await anna.client.inviteSubscriptionMember({
      params: { subscriptionId },
      body: { email: 'ben@customers.example', roleType: 'reader' },
    });
    const ben = await customer('ben');
    const eve = await customer('eve');
    const first = await own.createInstance(plan, subscriptionId);
    await untilMailed(anna.email, first);
    await untilMailed(ben.email, first);
    const [mail] = mailsTo(anna.email, first);
    expect(mail?.text).toContain('could not be created');
    expect(mail?.text).toContain(`${base}/instances/${first}`);

    const { page, complaints } = await openTab(browser);
    await page.goto(mail?.text.match(/http:\S+\/account\/notifications/)?.[0] ?? '');
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Notifications' }).waitFor();
    const failures = page.getByRole('switch', { name: 'Mails about Failures' });
    await expect.poll(() => failures.isChecked()).toBe(true);
    await expect.poll(() => page.getByRole('switch', { name: 'Mails about Completed operations' }).isChecked()).toBe(false);
    const account = page.getByRole('row').filter({ hasText: 'Account and access' });
    await account.getByText('always on', { exact: true }).waitFor();
    expect(await account.getByRole('switch').count()).toBe(0);
    await page.getByText('These mails let you in').waitFor();

    // By keyboard alone.
    await failures.focus();
    await page.keyboard.press('Space');
    await page.getByText('Failures: mails are off.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => failures.isChecked()).toBe(true);
    await expect
      .poll(async () => (await anna.client.listNotificationPreferences({ query: {} })).preferences[0])
      .toMatchObject({ category: 'failures', email: true, setFor: 'NOTHING' });
    // The next notice says the same.
    await page.getByText('Failures: mails are off.').waitFor({ state: 'detached' });
    await failures.focus();
    await page.keyboard.press('Space');
    await page.getByText('Failures: mails are off.').waitFor();
    await page.reload();
    await expect.poll(() => failures.isChecked()).toBe(false);

    // One subscription alone says something else, and follows all again.
    await page.goto(`${base}/account/notifications?subscription=${subscriptionId}`);
    await expect.poll(() => failures.isChecked()).toBe(false);
    const completed = page.getByRole('switch', { name: 'Mails about Completed operations' });
    await completed.focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Follow all subscriptions: Completed operations' }).press('Enter');
    await expect.poll(() => completed.isChecked()).toBe(false);
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("role")')).toBe('switch');

    const second = await own.createInstance(plan, subscriptionId);
    await untilMailed(ben.email, second);
    expect(mailsTo(anna.email, second)).toEqual([]);
    expect(mailbox.mails.filter(({ to, text }) => to === eve.email && text.includes('instance-'))).toEqual([]);
    expect(mailsTo(ben.email, second)).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('says what the provider has written, once it can be sent, and what Cellplane says after that is taken back', {
    timeout: 300_000,
  }, async () => {
    const dora = await customer('dora');
    const { page, complaints } = await openTab(browser);
    await page.goto(`${base}/console/settings/mail-texts`);
    await signIn(page, PROVIDER);
    await page.getByRole('link', { name: 'Reset password' }).click();
    await page.getByRole('heading', { name: 'Reset password' }).waitFor();
    const form = page.getByRole('form', { name: 'Text of the mail' });
    await form.getByLabel('Subject').fill('A door for {{recipient}} and {{nobody}}');
    await page.getByText('has no placeholder "nobody": use one of provider, recipient').waitFor();
    await form.getByLabel('Subject').fill('A door for {{recipient}}');
    await form.getByLabel('Text', { exact: true }).fill('Open it: ');
    await page.getByText('lacks {{link}}').waitFor();
    await form.getByRole('button', { name: 'Insert link' }).click();
    await page.getByText(`A door for ${PROVIDER.email}`, { exact: true }).waitFor();
    await page.getByText('token=EXAMPLE').waitFor();
    await form.getByRole('button', { name: 'Send a test to me' }).click();
    await page.getByText('A test is on its way').waitFor();
    await untilMailed(PROVIDER.email, `Test: A door for ${PROVIDER.email}`);

    // Who goes to another mail by mistake is asked first, and stays with all that was typed.
    await page.getByRole('link', { name: 'Account exists' }).click();
    await page.getByRole('dialog').getByText('What you have typed is not saved').waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await form.getByLabel('Subject').inputValue()).toBe('A door for {{recipient}}');

    await form.getByRole('button', { name: 'Save the text' }).click();
    await page.getByText('Mails that go out from now on have this text.').waitFor();
    const ask = () => plane.client.customerResetPassword({ body: { email: dora.email } });
    await ask();
    await untilMailed(dora.email, `A door for ${dora.email}`);
    expect(mailsTo(dora.email, 'A door for')[0]?.text).toContain(`Open it: ${base}/change-password?email=`);

    await form.getByRole('button', { name: 'Go back to Cellplane’s text' }).click();
    await page.getByRole('dialog').getByText('Set a new password for {{provider}}').waitFor();
    await page.getByRole('button', { name: 'Remove your text' }).click();
    await page.getByText('This is the text that Cellplane has', { exact: false }).waitFor();
    await ask();
    await untilMailed(dora.email, 'Set a new password for');
    expect(complaints).toEqual([]);
  });
});
