import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.js';
import { testApp } from './app.testing.js';

const MARKED = { 'x-cellplane-browser': '1', 'content-type': 'application/json' };
const PATH = '/api/browser-session';

/** Exchanges `t1` for `t2` for `t3` …; anything else is refused. */
function world(server?: string) {
  const revoked: unknown[] = [];
  let next = 1;
  const app = testApp(
    {
      refreshToken: async ({ body }) => {
        if (body.refreshToken !== `t${next}`) throw new DomainError('auth_failure', 'invalid-refresh-token', 'used');
        next += 1;
        return { jwtToken: `jwt-${next}`, refreshToken: `t${next}` };
      },
      revokeToken: async ({ body }) => void revoked.push(body.refreshToken),
    },
    server === undefined ? {} : { operator: { orgId: server } },
  );
  const post = (body: object = {}, headers: Record<string, string> = {}) =>
    app.request(PATH, { method: 'POST', headers: { ...MARKED, ...headers }, body: JSON.stringify(body) });
  return { app, post, revoked };
}

describe('the session of a browser', () => {
  it('a refresh token goes into a cookie that scripts cannot read, and is exchanged on the way', async () => {
    const { post } = world();
    const answer = await post({ refreshToken: 't1' });
    expect(await answer.json()).toEqual({ jwtToken: 'jwt-2' });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^cellplane_session=t2;/);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/api/browser-session']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Secure');
  });

  it('the cookie is exchanged for the next one, over https only where the request came so', async () => {
    const { post } = world();
    const answer = await post({}, { cookie: 'cellplane_session=t1', 'x-forwarded-proto': 'https' });
    expect(await answer.json()).toEqual({ jwtToken: 'jwt-2' });
    expect(answer.headers.get('set-cookie')).toMatch(/cellplane_session=t2;.*Secure/);
  });

  it('without a cookie there is no session, which is no error', async () => {
    expect((await world().post()).status).toBe(204);
  });

  it('a cookie that is refused is removed', async () => {
    const answer = await world().post({}, { cookie: 'cellplane_session=old' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toMatch(/^cellplane_session=;.*Max-Age=0/);
  });

  it.each(['POST', 'DELETE'])('%s from another site is refused: a form cannot send the header', async (method) => {
    const { app, revoked } = world();
    const answer = await app.request(PATH, { method, headers: { cookie: 'cellplane_session=t1', 'content-type': 'text/plain' } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ name: 'forbidden', code: 'not-from-this-site' });
    expect(revoked).toEqual([]);
  });

  it('a sign-out ends the session and removes the cookie', async () => {
    const { app, revoked } = world();
    const answer = await app.request(PATH, { method: 'DELETE', headers: { ...MARKED, cookie: 'cellplane_session=t1' } });
    expect([answer.status, revoked]).toEqual([204, ['t1']]);
    expect(answer.headers.get('set-cookie')).toMatch(/^cellplane_session=;/);
  });

  it('a refresh token that is no text is named', async () => {
    const answer = await world().post({ refreshToken: 7 });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ details: [{ field: 'refreshToken' }] });
  });

  describe('of one of several servers of a host name', () => {
    const cookiesOf = (answer: Response) => answer.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '');
    const nameAt = async (server: string) => (cookiesOf(await world(server).post({ refreshToken: 't1' }))[0] ?? '').split('=')[0];

    it('has a cookie of its own name, the same for all copies of the server', async () => {
      const [one, again, other] = [await nameAt('org-1'), await nameAt('org-1'), await nameAt('org-2')];
      expect(one).toMatch(/^cellplane_session_[\da-f]{16}$/);
      expect([again === one, other === one]).toEqual([true, false]);
    });

    it('goes on where it began under the name that all had, which is given up', async () => {
      const answer = await world('org-1').post({}, { cookie: 'cellplane_session=t1' });
      expect(await answer.json()).toEqual({ jwtToken: 'jwt-2' });
      expect(cookiesOf(answer)).toEqual([`${await nameAt('org-1')}=t2`, 'cellplane_session=']);
    });

    it('leaves what is another server’s alone: it is no session here, and no error', async () => {
      const answer = await world('org-1').post({}, { cookie: 'cellplane_session=of-another' });
      expect([answer.status, cookiesOf(answer)]).toEqual([204, []]);
    });

    it('a sign-in and a sign-out leave no session behind under the name that all had', async () => {
      const { app, post, revoked } = world('org-1');
      expect((await post({ refreshToken: 't1' }, { cookie: 'cellplane_session=older' })).status).toBe(200);
      expect(revoked).toEqual(['older']);
      const name = await nameAt('org-1');
      await app.request(PATH, { method: 'DELETE', headers: { ...MARKED, cookie: `${name}=t2; cellplane_session=older` } });
      expect(revoked).toEqual(['older', 't2', 'older']);
    });

    it('its own cookie goes before the other one', async () => {
      const answer = await world('org-1').post({}, { cookie: `cellplane_session=other; ${await nameAt('org-1')}=t1` });
      expect(cookiesOf(answer)).toEqual([`${await nameAt('org-1')}=t2`]);
    });
  });
});
