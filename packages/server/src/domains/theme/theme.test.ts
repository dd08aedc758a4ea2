import type { Caller } from '@cellplane/api';
import { expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { createDoors } from '../../identity/doors.js';
import { newId } from '../../identity/identifier.js';
import { ensureFirstProvider } from '../../identity/provider.js';
import { themeHandlers } from './handlers.js';
import { portalLook } from './look.js';
import { readPicture } from './picture.js';
import { readAccent, readLinks } from './rules.js';

const { db } = await testDatabase();
const provider = await ensureFirstProvider(db, { email: 'ops@example.com', password: 'a password' });
const look = portalLook(db, provider.orgId);
const handlers = themeHandlers({ db, doors: createDoors(), providerOrgId: provider.orgId, look });
const callerOf = (orgId: string): Caller => ({ userId: provider.userId, email: provider.email, orgId, roleType: 'root' });
type Change = Parameters<typeof handlers.updatePortalTheme>[0]['body'];
const save = (body: Change, orgId = provider.orgId) => handlers.updatePortalTheme({ params: {}, query: {}, body, caller: callerOf(orgId) });
const read = (host = '') => handlers.describePortalTheme({ params: {}, query: { host }, body: undefined, caller: undefined });

/** The least that counts as a PNG: its sign, and the size of the picture. */
function png(width: number, rest = 0): string {
  const bytes = Buffer.alloc(33 + rest);
  Buffer.from('89504e470d0a1a0a', 'hex').copy(bytes);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(width, 20);
  return bytes.toString('base64');
}

/** The head of a WebP of each kind: lossy, lossless, and with more than pixels. */
function webp(chunk: 'VP8 ' | 'VP8L' | 'VP8X', side: number): string {
  const bytes = Buffer.alloc(40);
  bytes.write(`RIFF....WEBP${chunk}`, 'latin1');
  if (chunk === 'VP8 ') Buffer.from([0x9d, 0x01, 0x2a, side & 0xff, side >> 8, side & 0xff, side >> 8]).copy(bytes, 23);
  const less = side - 1;
  if (chunk === 'VP8L') Buffer.from([0x2f, less & 0xff, (less >> 8) | ((less & 3) << 6), (less >> 2) & 0xff, less >> 10]).copy(bytes, 20);
  if (chunk === 'VP8X') {
    bytes.writeUIntLE(less, 24, 3);
    bytes.writeUIntLE(less, 27, 3);
  }
  return bytes.toString('base64');
}

it.each(['VP8 ', 'VP8L', 'VP8X'] as const)('a WebP says in its head how large it is: %s', (chunk) => {
  expect(readPicture('logo', webp(chunk, 1_024)).type).toBe('image/webp');
  expect(() => readPicture('logo', webp(chunk, 1_025))).toThrow('1025 pixels large');
  expect(() => readPicture('logo', webp(chunk, 16_000))).toThrow('16000 pixels large');
});

it('a head that is cut off, or says no size, is none', () => {
  const whole = Buffer.from(webp('VP8X', 64), 'base64');
  expect(() => readPicture('logo', whole.subarray(0, 24).toString('base64'))).toThrow('is no whole WebP');
  expect(() => readPicture('logo', Buffer.from('RIFF....WEBPVP8? and what else there may be', 'latin1').toString('base64'))).toThrow(
    'no whole',
  );
  expect(() => readPicture('logo', png(0))).toThrow('is no whole PNG');
});

it('what is given changes, the rest stays; what is empty is as it was built', async () => {
  expect(await read()).toEqual({ name: '', accent: '', logo: '', favicon: '', links: {} });
  await save({ name: ' Orders  & Co ', links: { support: 'mailto:help@example.com', terms: 'https://example.com/terms' } });
  await save({ accent: '#0753DA', logo: png(64), links: { terms: '' } });
  const theme = await read();
  expect(theme).toMatchObject({ name: 'Orders & Co', accent: '#0753da', favicon: '', links: { support: 'mailto:help@example.com' } });
  expect(theme.links).not.toHaveProperty('terms');
  expect(theme.logo).toMatch(/^\/portal\/logo\?v=[\w-]{12}$/);
  expect(await look.brand('any')).toEqual({ name: 'Orders & Co', accent: '#0753da', logo: theme.logo, links: theme.links });
  expect((await look.picture('any', 'logo'))?.type).toBe('image/png');
  await save({ logo: '' });
  expect(await look.picture('any', 'logo')).toBeUndefined();
  expect((await read()).name).toBe('Orders & Co');
});

it('a host that is a domain of another provider has that one’s look; one that is not ready has not', async () => {
  const orgId = newId('org');
  await sql`insert into organizations (id, name) values (${orgId}, 'Other')`.execute(db);
  await save({ name: 'Other shop' }, orgId);
  await sql`insert into portal_domains (org_id, environment_type, name, domain, challenge, status)
    values (${orgId}, 'PROD', 'shop', 'shop.example.com', 'x', 'READY'), (${orgId}, 'DEV', 'dev', 'dev.example.com', 'x', 'PENDING')`.execute(
    db,
  );
  expect([(await read('Shop.example.com')).name, (await read('dev.example.com')).name]).toEqual(['Other shop', 'Orders & Co']);
});

it('an accent that cannot be read is refused with the nearest that can', () => {
  expect(() => readAccent('#ffd400')).toThrow(/has a contrast of 1\.3.* and text needs 4\.5: #[\da-f]{6} is the nearest of the same hue/);
  expect(() => readAccent('yellow')).toThrow('must be a colour such as #0753da');
  expect([readAccent(''), readAccent(' #102040 ')]).toEqual(['', '#102040']);
});

it.each(['javascript:alert(1)', 'data:text/html,x', '//example.com', 'https://', 'https://a b'])('%s is no link', (support) => {
  expect(() => readLinks({ support })).toThrow('links.support must be an address');
});

it.each([
  [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'), 'SVG, which could carry scripts'],
  [Buffer.from('GIF89a and more').toString('base64'), 'neither a PNG nor a WebP'],
  [png(2_000), '2000 pixels large'],
  [png(16, 70_000), 'at most 64 are taken'],
  ['%%%', 'must be base64'],
])('picture %# is refused', (base64, why) => {
  expect(() => readPicture('logo', base64)).toThrow(why);
});

it('where the database is away, pages keep the look that they had', async () => {
  let isAway = false;
  let time = 0;
  const away = new Proxy(db, {
    get(target, name, receiver) {
      if (isAway) throw new Error('away');
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const kept = portalLook(away, provider.orgId, () => time);
  const before = await kept.brand('a');
  isAway = true;
  time = 60_000;
  expect(await kept.brand('a')).toEqual(before);
  expect(await kept.brand('never asked')).toEqual(before);
  expect(await portalLook(away, provider.orgId).brand('a')).toEqual({ links: {} });
});

it('however many hosts are asked for, the database is asked once in a while', async () => {
  let statements = 0;
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'getExecutor') statements += 1;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  let time = 0;
  const kept = portalLook(counted, provider.orgId, () => time);
  const askAll = () => Promise.all(Array.from({ length: 200 }, (_, index) => kept.brand(`host-${index}.example.com`)));
  await askAll();
  expect(statements).toBeGreaterThan(0);
  const once = statements;
  await askAll();
  expect(statements).toBe(once);
  expect((await kept.brand('shop.example.com')).name).toBe('Other shop');
  time = 5_000;
  await askAll();
  expect(statements).toBe(2 * once);
});

it('what is saved while it is read is read again', async () => {
  const kept = portalLook(db, provider.orgId, () => 0);
  const before = kept.brand('a');
  await save({ name: 'Newest' });
  kept.forget();
  await before;
  expect((await kept.brand('a')).name).toBe('Newest');
});
