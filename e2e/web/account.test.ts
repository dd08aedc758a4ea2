/** Everything around an account in a real browser: with mails through a real SMTP server, an identity provider, and an authenticator of Chromium. */
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT, oidcServer, type OidcServer } from '../../packages/server/src/identity/sso/oidc-server.testing.js';
import { type BuiltPlan, type ControlPlane, startControlPlane, until } from '../control-plane.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn } from './browser.testing.js';
import { type Mailbox, openMailbox } from '../../packages/server/src/mail/mailbox.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

const PASSWORD = 'a long enough password';
const CODE_MS = 30_000;

let plane: ControlPlane;
let base: string;
let browser: Browser;
let plan: BuiltPlan;
let idp: OidcServer;
const ends: (() => void)[] = [];
let mailbox: Mailbox;

/** The link of the last mail to somebody, to a page of the portal. */
async function linkTo(email: string, path: string): Promise<string> {
  let link: string | undefined;
  await until(
    `a mail to ${email} with a link to ${path}`,
    async () => {
      link = mailbox.mails
        .findLast(({ to, text }) => to === email && text.includes(`${base}/${path}`))
        ?.text.match(new RegExp(`${base}/${path}\\S*`))?.[0];
      return link !== undefined;
    },
    PATIENCE_MS,
    () => JSON.stringify(mailbox.mails.map(({ to }) => to)),
  );
  return link ?? '';
}

/** A customer with a confirmed address, made by the provider. */
async function customer(name: string) {
  const email = `${name}@customers.example`;
  await plane.client.createConsumptionUser({
    body: { email, name, password: PASSWORD, legalCompanyName: `${name} Inc`, enableAutoVerification: true },
  });
  return { email, password: PASSWORD };
}

async function tabAt(path: string, who?: { email: string; password: string }) {
  const tab = await openTab(browser);
  await tab.page.goto(`${base}${path}`);
  if (who !== undefined) await signIn(tab.page, who);
  return tab;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const password = (page: Page) => page.getByLabel('Password', { exact: false }).and(page.locator('input'));

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    mailbox = await openMailbox();
    ends.push(() => void mailbox.close());
    plane = await startControlPlane((url) => {
      base = url.replace('127.0.0.1', 'localhost');
      return { CELLPLANE_SMTP_URL: mailbox.url, CELLPLANE_PORTAL_URL: base, CELLPLANE_SSO_PRIVATE_ADDRESSES: 'true' };
    });
    idp = await oidcServer([`${base}/idp-auth`], { ends: (end) => ends.push(end) });
    plan = await offerPostgres(plane);
    await plane.client.updateServiceEnvironment({
      params: { serviceId: plan.serviceId, id: plan.environmentId },
      body: { autoApproveSubscription: false },
    });
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
    for (const end of ends) end();
  });

  it('signs up, confirms by mail, adds an authenticator app, and signs in with its code', { timeout: 300_000 }, async () => {
    const email = 'anna@customers.example';
    const { page, complaints } = await tabAt('/sign-in');
    await page.getByRole('link', { name: 'Make an account' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Anna');
    await page.getByLabel('E-mail').fill(email);
    await password(page).fill(PASSWORD);
    await button(page, 'Make the account').click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();

    await page.goto(await linkTo(email, 'validate-token'));
    await button(page, 'Confirm the address').click();
    await page.getByRole('heading', { name: 'The address is confirmed' }).waitFor();
    // A link works once, and says what to do then.
    await page.goto(await linkTo(email, 'validate-token'));
    await button(page, 'Confirm the address').click();
    await page.getByRole('alert').getByText('The address is not confirmed').waitFor();

    await page.goto(`${base}/account/security`);
    await signIn(page, { email, password: PASSWORD });
    await button(page, 'Add an app').click();
    await page.getByLabel('Name').fill('My phone');
    await button(page, 'Show the QR code').click();
    await page.getByLabel('Your password').and(page.locator('input')).fill(PASSWORD);
    await button(page, 'Confirm').click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    const key = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? '';
    const codeAt = (later: number) => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + later });
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeAt(0));
    await button(page, 'Confirm the app').click();
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    const codes = page.getByRole('dialog', { name: 'Keep your recovery codes' }).getByRole('listitem');
    await expect.poll(() => codes.count()).toBe(10);
    const recovery = (await codes.first().textContent()) ?? '';
    await button(page, 'I have kept them').click();
    await page.getByText('10 recovery codes are left.').waitFor();

    await button(page, /^Account of/).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signIn(page, { email, password: PASSWORD });
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill('000000');
    await button(page, 'Sign in').click();
    await page.getByRole('alert').getByText('You are not signed in').waitFor();
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeAt(CODE_MS));
    await button(page, 'Sign in').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));

    const { page: other } = await openTab(browser);
    await other.goto(`${base}/account/sessions`);
    await signIn(other, { email, password: PASSWORD });
    await other.getByRole('button', { name: 'Use a recovery code' }).click();
    await other.getByLabel('Recovery code').fill(recovery);
    await button(other, 'Sign in').click();
    // What is ended there is over here.
    await button(other, 'End all others').click();
    await button(other, 'End them').click();
    await button(other, 'End all others').waitFor({ state: 'detached' });
    await other.getByText('this one').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('makes an API key, and asks for a plan that the provider approves', { timeout: 300_000 }, async () => {
    const ben = await customer('ben');
    const { page, complaints } = await tabAt('/account/api-keys', ben);
    await button(page, 'Make an API key').click();
    await page.getByRole('dialog').getByLabel('Name').fill('ci');
    await page.getByRole('radio', { name: 'editor' }).check();
    await button(page, 'Make the key').click();
    const key = (await page.getByText(/^om_[\w-]{32}$/).textContent()) ?? '';
    expect(await plane.client.signin({ body: { email: 'apikey@apikeys.invalid', password: key } })).toHaveProperty('jwtToken');
    await button(page, 'I have kept it').click();
    await page.getByRole('button', { name: 'Actions of ci' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await button(page, 'Revoke the key').click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    await expect(plane.client.signin({ body: { email: 'apikey@apikeys.invalid', password: key } })).rejects.toMatchObject({ status: 400 });

    await page.getByRole('link', { name: 'Catalogue' }).first().click();
    await button(page, 'Ask for a subscription').click();
    await page.getByLabel('Message').fill('For our tests.');
    await button(page, 'Ask for it').click();
    await page.getByText('The provider decides.').waitFor();
    const place = { serviceId: plan.serviceId, environmentId: plan.environmentId };
    const [asked] = (await plane.client.listSubscriptionRequests({ params: place, query: {} })).subscriptionRequests;
    expect(asked).toMatchObject({ message: 'For our tests.', rootUserEmail: ben.email });
    await plane.client.approveSubscriptionRequest({ params: { ...place, id: asked?.id ?? '' } });
    await page.reload();
    await page.getByRole('link', { name: 'Create an instance' }).waitFor();
    await page.getByRole('link', { name: 'Subscriptions' }).first().click();
    await page.getByRole('row', { name: /Approved/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('invites a reader by a link that locks the address; a reader sees no buttons that lie', { timeout: 300_000 }, async () => {
    const [cleo, email] = [await customer('cleo'), 'dora@customers.example'];
    await plane.client.createSubscription({
      params: { serviceId: plan.serviceId, environmentId: plan.environmentId },
      body: { productTierId: plan.productTierId, onBehalfOfCustomerEmail: cleo.email },
    });
    const root = await tabAt('/team', cleo);
    await button(root.page, 'Invite people').click();
    await root.page.getByLabel('E-mail addresses').fill(email);
    await button(root.page, 'Invite').click();
    await root.page.getByRole('row', { name: new RegExp(`${email}.*Invited`) }).waitFor();

    const { page, complaints } = await tabAt('/sign-in');
    await page.goto(await linkTo(email, 'signup'));
    await expect.poll(() => page.getByLabel('E-mail').inputValue()).toBe(email);
    await expect.poll(() => page.getByLabel('E-mail').getAttribute('readonly')).not.toBeNull();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Dora');
    await password(page).fill(PASSWORD);
    await button(page, 'Make the account').click();
    await page.goto(await linkTo(email, 'validate-token'));
    await button(page, 'Confirm the address').click();
    await page.getByRole('link', { name: 'Go to the sign-in' }).click();
    await signIn(page, { email, password: PASSWORD });
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));

    await page.goto(`${base}/catalogue`);
    const create = button(page, 'Create an instance');
    // The reason is there once the role is known.
    await expect.poll(() => create.getAttribute('aria-describedby')).not.toBeNull();
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    // By keyboard alone, from the heading on: the reason is shown where the focus is.
    const focused = page.locator(':focus');
    for (let steps = 0; steps < 40 && !(await focused.filter({ hasText: /^Create an instance$/ }).isVisible()); steps++)
      await page.keyboard.press('Tab');
    await page
      .getByRole('tooltip')
      .getByText(/Your role reader does not allow this/)
      .waitFor();
    await page.goto(`${base}/team`);
    const row = page.getByRole('row', { name: new RegExp(cleo.email) });
    await row.waitFor();
    await expect.poll(() => button(page, 'Invite people').getAttribute('aria-disabled')).toBe('true');
    await row.getByRole('button', { name: /^Actions of/ }).click();
    await expect.poll(() => page.getByRole('menuitem', { name: /^Change the role/ }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await page.goto(`${base}/audit`);
    await page
      .getByText(/^Invite somebody/)
      .first()
      .click();
    await page.getByRole('dialog').getByText('Correlation id').waitFor();
    expect(complaints).toEqual([]);

    await root.page.reload();
    await root.page.getByRole('button', { name: 'Actions of Dora' }).click();
    await root.page.getByRole('menuitem', { name: 'Remove' }).click();
    await button(root.page, 'Remove').last().click();
    await root.page.getByRole('row', { name: new RegExp(email) }).waitFor({ state: 'detached' });
    expect(root.complaints).toEqual([]);
  });

  it('sets a forgotten password anew by mail', { timeout: 300_000 }, async () => {
    const eli = await customer('eli');
    const { page, complaints } = await tabAt('/sign-in');
    await page.getByLabel('E-mail').fill(eli.email);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    expect(await page.getByLabel('E-mail').inputValue()).toBe(eli.email);
    await button(page, 'Mail me a link').click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    const link = await linkTo(eli.email, 'change-password');
    await page.goto(link);
    await page.getByLabel('New password').and(page.locator('input')).fill('another long password');
    await button(page, 'Set the password').click();
    await page.getByRole('link', { name: 'Go to the sign-in' }).click();
    await signIn(page, { email: eli.email, password: 'another long password' });
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    expect(complaints).toEqual([]);
  });

  it('adds a passkey, and signs in with it alone', { timeout: 300_000 }, async () => {
    const fay = await customer('fay');
    const { page, context, complaints } = await tabAt('/account/security', fay);
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await button(page, 'Add a passkey').click();
    await page.getByRole('dialog').getByLabel('Name').fill('My laptop');
    await button(page, 'Make the passkey').click();
    await page.getByLabel('Your password').and(page.locator('input')).fill(fay.password);
    await button(page, 'Confirm').click();
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await button(page, 'I have kept them').click();
    await page.getByText('My laptop').waitFor();
    await button(page, /^Account of/).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    // The field's own offer may be answered by the authenticator at once; else the button asks.
    await Promise.race([
      page.waitForURL((url) => !url.pathname.startsWith('/sign-in')),
      button(page, 'Use a passkey')
        .click()
        .then(() => page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))),
    ]);
    await page.goto(`${base}/account/sessions`);
    await page.getByRole('row', { name: /Passkey.*this one/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('comes back from an identity provider signed in; an answer that this tab did not ask for is refused', {
    timeout: 180_000,
  }, async () => {
    idp.people.set('gia', { email: 'gia@joined.example', email_verified: true, name: 'Gia' });
    await plane.client.createIdentityProvider({
      body: {
        identityProviderName: 'OIDC',
        name: 'Joined ID',
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        issuer: idp.issuer,
        emailIdentifiers: 'joined.example',
      },
    });
    const { page, complaints } = await tabAt('/usage');
    await page.getByLabel('E-mail').fill('gia@joined.example');
    await button(page, 'Continue').click();
    await button(page, 'Sign in with Joined ID').click();
    await page.locator('input[name="login"]').fill('gia');
    await page.locator('input[name="password"]').fill('any');
    await page.getByRole('button', { name: /sign-in/i }).click();
    await page.getByRole('button', { name: /continue/i }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await page.goto(`${base}/account/sessions`);
    await page.getByRole('row', { name: /Joined ID/ }).waitFor();

    const stranger = await tabAt('/idp-auth?code=1e5&state=somebody-elses');
    await stranger.page.getByText('This answer belongs to no sign-in that this tab has begun.').waitFor();
    expect([...complaints, ...stranger.complaints]).toEqual([]);
  });

  it('one of the provider’s people accepts an invitation by the mail’s link', { timeout: 300_000 }, async () => {
    const email = 'hugo@example.com';
    await plane.client.inviteUser({ body: { email, roleType: 'reader' } });
    const { page, complaints } = await tabAt('/sign-in');
    const link = await linkTo(email, 'accept-invitation');
    await page.goto(link);
    await page.getByLabel('Name').fill('Hugo');
    await password(page).fill(PASSWORD);
    await button(page, 'Accept and sign in').click();
    await page.waitForURL(/\/console$/);
    await button(page, /^Account of Hugo/).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    // Whoever leaves the page before would cut the request off.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(link);
    await page.getByLabel('Name').fill('Hugo');
    await password(page).fill(PASSWORD);
    await button(page, 'Accept and sign in').click();
    await page.getByText('Whoever invited you can do it again.').waitFor();
    expect(complaints).toEqual([]);
  });
});
