import { describe, expect, it } from 'vitest';
import { pageToken, readPageToken } from './page-token.js';

const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a page token', () => {
  it.each(['2026-11-28 02:53:10.102585+00', '2026-11-28 02:53:10+00', '2028-02-29 23:59:59.1-03:30', '2026-01-01 00:00:00+14'])(
    'leads back to the row after which the list goes on: %s',
    (at) => {
      const place = { at, id: 'submit-create-instance-84l3lxe2j-0maavzny' };
      expect(readPageToken(pageToken(place))).toEqual(place);
    },
  );

  it.each([
    ['nonsense'],
    [''],
    [token(null)],
    [token({})],
    [token([])],
    [token(['2026-11-28 02:53:10+00'])],
    [token(['2026-11-28 02:53:10+00', 1])],
    [token(['2026-11-28 02:53:10+00', ''])],
    [token(['2026-11-28 02:53:10+00', 'a\u0000'])],
    [token(['2030', 'a'])],
    [token(['yesterday', 'a'])],
    [token(['2026-02-30 00:00:00+00', 'a'])],
    [token(['9999-99-99 99:99:99+00', 'a'])],
    [token(['2026-02-20 00:00:00+99', 'a'])],
    [token(['2026-02-20 24:00:00+00', 'a'])],
  ])('that the server has not made is refused, not asked the database: %s', (bad) => {
    expect(() => readPageToken(bad)).toThrow(expect.objectContaining({ kind: 'bad_request', code: 'bad-page-token' }));
  });
});
