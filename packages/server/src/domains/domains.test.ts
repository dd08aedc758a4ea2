import type { Caller } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { newId } from '../identity/identifier.js';
import { ensureFirstProvider } from '../identity/provider.js';
import { checkDueDomains } from './check.js';
import { readDomain } from './domain-name.js';
import { domainHandlers } from './handlers.js';
import { portalHandlers } from './portal-handlers.js';
import { dnsResolver, type Resolver } from './resolver.js';

const { db } = await testDatabase();
const provider = await ensureFirstProvider(db, { email: 'ops@example.com', password: 'a password' });
const PORTAL = 'portal.cellplane.example';

/** DNS as a table: `CNAME name`, `TXT name`, `A name`; an error where none could be asked. */
const records = new Map<string, string[] | Error>();
const answer = async (question: string) => {
  const found = records.get(question) ?? [];
  if (found instanceof Error) throw found;
  return found;
};
const resolver: Resolver = {
  cname: (name) => answer(`CNAME ${name}`),
  txt: (name) => answer(`TXT ${name}`),
  addresses: (name) => answer(`A ${name}`),
};
const deps = { db, resolver, endpoint: PORTAL };
const handlers = { ...domainHandlers(deps), ...portalHandlers(deps) };

/** A provider of its own. */
async function newProvider() {
  const orgId = newId('org');
  await sql`insert into organizations (id, name) values (${orgId}, ${orgId})`.execute(db);
  const caller: Caller = { userId: provider.userId, email: provider.email, orgId, roleType: 'root' };
  const nothing = { params: {} as never, query: {}, body: undefined, caller };
  return {
    create: (customDomain: string, environmentType = 'PROD') =>
      handlers.createPortalDomain({ ...nothing, body: { customDomain, environmentType, name: 'portal', description: 'ours' } }),
    list: async () => (await handlers.listPortalDomains(nothing)).customDomains,
    one: async () => (await handlers.listPortalDomains(nothing)).customDomains[0],
    check: (environmentType = 'prod') => handlers.checkPortalDomain({ ...nothing, params: { environmentType } }),
    update: (body: object, environmentType = 'PROD') => handlers.updatePortalDomain({ ...nothing, params: { environmentType }, body }),
    portals: async () => (await handlers.listPortals(nothing)).saasPortals,
    updatePortal: (body: object, environmentType = 'PROD') => handlers.updatePortal({ ...nothing, params: { environmentType }, body }),
    remove: (environmentType = 'PROD') => handlers.deletePortalDomain({ ...nothing, params: { environmentType } }),
  };
}

const challengeOf = (domain: { records: { type: string; value: string }[] } | undefined) =>
  domain?.records.find(({ type }) => type === 'TXT')?.value ?? '';

describe('a domain of a portal', () => {
  it('is pending, with the records that it needs, until a CNAME leads to the portal', async () => {
    const { create, one, check } = await newProvider();
    await create('Shop.Example.COM.', 'prod');
    expect(await one()).toEqual({
      clusterEndpoint: PORTAL,
      customDomain: 'shop.example.com',
      description: 'ours',
      environmentType: 'PROD',
      name: 'portal',
      status: 'PENDING',
      statusMessage: `There is no CNAME record of shop.example.com with the value ${PORTAL}, nor the TXT record.`,
      checkedAt: expect.any(String),
      records: [
        { type: 'CNAME', name: 'shop.example.com', value: PORTAL },
        { type: 'TXT', name: '_cellplane.shop.example.com', value: expect.stringMatching(/^cellplane-domain=[0-9a-f]{32}$/) },
      ],
    });
    records.set('CNAME shop.example.com', ['elsewhere.example.net.']);
    expect(await check()).toMatchObject({ status: 'PENDING', statusMessage: expect.stringContaining('elsewhere.example.net') });
    records.set('CNAME shop.example.com', [`${PORTAL.toUpperCase()}.`]);
    expect(await check()).toMatchObject({ status: 'READY' });
  });

  it('at the top of a zone has the TXT record and the addresses of the portal', async () => {
    const { create, one, check } = await newProvider();
    await create('top.example');
    records.set('TXT _cellplane.top.example', ['v=spf1', challengeOf(await one())]);
    records.set('A top.example', ['192.0.2.1']);
    records.set(`A ${PORTAL}`, ['192.0.2.7', '192.0.2.8']);
    expect(await check()).toMatchObject({ status: 'PENDING', statusMessage: expect.stringContaining('does not lead to') });
    records.set('A top.example', ['192.0.2.8']);
    expect(await check()).toMatchObject({ status: 'READY' });
  });

  it('is unknown while no name server answers, and is looked up again by itself', async () => {
    const { create, one } = await newProvider();
    records.set('CNAME slow.example.com', Object.assign(new Error('queryCname ETIMEOUT'), { code: 'ETIMEOUT' }));
    await create('slow.example.com');
    expect(await one()).toMatchObject({ status: 'UNKNOWN', statusMessage: expect.stringContaining('ETIMEOUT') });
    records.set('CNAME slow.example.com', [PORTAL]);
    await sql`update portal_domains set checked_at = now() - interval '1 hour' where domain = 'slow.example.com'`.execute(db);
    await checkDueDomains(deps);
    expect(await one()).toMatchObject({ status: 'READY' });
    records.delete('CNAME slow.example.com');
    await checkDueDomains(deps);
    expect((await one())?.status).toBe('READY');
  });

  it('is pending where there is no portal', async () => {
    const { create } = await newProvider();
    await create('none.example.com');
    const [row] = (await sql<{ orgId: string }>`select org_id as "orgId" from portal_domains where domain = 'none.example.com'`.execute(db))
      .rows;
    const without = domainHandlers({ ...deps, endpoint: undefined });
    const caller: Caller = { userId: provider.userId, email: provider.email, orgId: row?.orgId ?? '', roleType: 'root' };
    const checked = await without.checkPortalDomain({ params: { environmentType: 'PROD' }, query: {}, body: undefined, caller });
    expect(checked).toMatchObject({
      status: 'PENDING',
      clusterEndpoint: '',
      statusMessage: expect.stringContaining('CELLPLANE_PORTAL_URL'),
    });
  });

  it('is of one provider: who has the TXT record', async () => {
    const [thief, owner] = [await newProvider(), await newProvider()];
    records.set('CNAME wanted.example.com', [PORTAL]);
    await thief.create('wanted.example.com');
    expect((await thief.one())?.status).toBe('READY');
    await owner.create('wanted.example.com');
    expect(await owner.one()).toMatchObject({ status: 'PENDING', statusMessage: expect.stringContaining('TXT record says whose') });
    records.set('TXT _cellplane.wanted.example.com', [challengeOf(await owner.one())]);
    expect(await owner.check()).toMatchObject({ status: 'PENDING', statusMessage: expect.stringContaining('Another provider') });
    expect((await thief.check()).status).toBe('PENDING');
    const both = await Promise.all([owner.check(), thief.check(), owner.check()]);
    expect(both.map(({ status }) => status)).toEqual(['READY', 'PENDING', 'READY']);
  });

  it('is one for each type of environment, is changed, and goes', async () => {
    const { create, list, one, update, remove } = await newProvider();
    const made = await Promise.allSettled([create('a.example.com'), create('b.example.com'), create('c.example.com', 'DEV')]);
    expect(made.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect((await list()).map(({ environmentType }) => environmentType).toSorted()).toEqual(['DEV', 'PROD']);
    await expect(create('d.example.com')).rejects.toMatchObject({ kind: 'invalid_state', code: 'domain-exists' });
    await remove('DEV');
    await expect(remove('DEV')).rejects.toMatchObject({ kind: 'not_found' });
    const before = await one();
    await update({ description: 'another text' });
    expect(await one()).toEqual({ ...before, description: 'another text' });
    records.set('CNAME e.example.com', [PORTAL]);
    await update({ customDomain: 'e.example.com' });
    expect(await one()).toMatchObject({ customDomain: 'e.example.com', status: 'READY' });
    await update({ customDomain: 'f.example.com' });
    expect(await one()).toMatchObject({ customDomain: 'f.example.com', status: 'PENDING' });
    const { update: strangers, check } = await newProvider();
    await expect(strangers({ name: 'mine' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(check()).rejects.toMatchObject({ kind: 'not_found' });
    await expect(create('g.example.com', 'LIVE')).rejects.toMatchObject({ code: 'unknown-environment-type' });
  });
});

describe('the portals of a provider', () => {
  const base = { status: 'UNKNOWN', endpoint: PORTAL, disablePasswordLogin: false };

  it('are that of PROD, and those with domains, which can be set here', async () => {
    const { portals, updatePortal, one, create } = await newProvider();
    expect(await portals()).toEqual([{ ...base, environmentType: 'PROD' }]);
    await updatePortal({ customDomain: 'first.example.com' });
    expect(await one()).toMatchObject({ name: 'first.example.com', customDomain: 'first.example.com' });
    await updatePortal({ customDomain: 'Second.example.com', disablePasswordLogin: false, emailConfig: null }, 'production');
    await create('dev.example.com', 'DEV');
    expect(await portals()).toEqual([
      { ...base, environmentType: 'PROD', customDomain: 'second.example.com', customDomainStatus: 'PENDING' },
      { ...base, environmentType: 'DEV', customDomain: 'dev.example.com', customDomainStatus: 'PENDING' },
    ]);
    const { portals: strangers } = await newProvider();
    expect(await strangers()).toEqual([{ ...base, environmentType: 'PROD' }]);
  });

  it('say where the settings are that are none of theirs here, and change nothing then', async () => {
    const { updatePortal, one } = await newProvider();
    const change = { customDomain: 'x.example.com', emailConfig: { smtpHost: 'mail' }, disablePasswordLogin: true };
    await expect(updatePortal(change)).rejects.toMatchObject({
      code: 'portal-setting-not-served',
      message: expect.stringContaining('CELLPLANE_SMTP_URL'),
      details: [expect.objectContaining({ field: 'disablePasswordLogin' }), expect.objectContaining({ field: 'emailConfig' })],
    });
    expect(await one()).toBeUndefined();
    await expect(updatePortal({ customDomain: 'nowhere' })).rejects.toMatchObject({ code: 'invalid-domain' });
  });
});

it.each([
  '',
  'localhost',
  'a..b',
  '-a.example',
  'a.example-',
  '192.0.2.1',
  '[::1]',
  'exämple.com',
  'a b.example',
  `${'a'.repeat(64)}.example`,
  'http://a.example',
  '1.2',
  `${'a.'.repeat(130)}example`,
])('%s is no domain', (text) => expect(() => readDomain(text)).toThrow('must be a domain name'));

it('a name server that says nothing is waited for no longer than the time of its questions', async () => {
  const { createSocket } = await import('node:dgram');
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const asked = dnsResolver({ servers: [`127.0.0.1:${silent.address().port}`], questionMs: 50 });
  await expect(asked.cname('a.example.com')).rejects.toMatchObject({ code: expect.stringMatching(/TIMEOUT|ECONNREFUSED/) });
  silent.close();
});
