/** Provider organizations with identity providers, for tests: the whole application, as clients reach it. */
import { expect } from 'vitest';
import { type Database, sql } from '../../database/database.js';
import { newId } from '../identifier.js';
import { type PeopleOptions, peopleApp, person } from '../people.testing.js';
import { CLIENT, type OidcServer } from './oidc-server.testing.js';

export const PORTAL = 'https://portal.acme.example';
export const REDIRECT = `${PORTAL}/idp-auth`;

interface Rendered {
  id: string;
  name: string;
  renderedAuthorizationEndpoint: string;
  state: string;
}

/** A provider organization of its own, with a root, whose portal stands at PORTAL. */
export async function ssoWorld(db: Database, options: Omit<PeopleOptions, 'providerOrgId'> = {}) {
  const orgId = newId('org');
  await sql`insert into organizations (id, service_provider_id, name) values (${orgId}, ${newId('sp')}, 'Provider')`.execute(db);
  const app = peopleApp(db, { ...options, providerOrgId: orgId, sso: { portalUrl: PORTAL, ...options.sso } });
  const { ask, identity } = app;
  const root = await person(db, identity, { orgId, roleType: 'root' });

  /** Makes an identity provider, and answers its id. */
  async function made(server: Pick<OidcServer, 'issuer'>, more: object = {}): Promise<string> {
    const body = {
      identityProviderName: 'OIDC',
      name: newId('IdP'),
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      issuer: server.issuer,
      ...more,
    };
    const answer = await ask(root.token, 'POST /identity-provider', body);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as unknown as string;
  }

  /** Begins a sign-in as a portal does. */
  async function rendered(id: string, query: Record<string, string> = {}): Promise<Rendered> {
    const { body } = await ask(root.token, `GET /identity-provider-render?${new URLSearchParams({ redirectUrl: REDIRECT, ...query })}`);
    const found = ((body['identityProviders'] ?? []) as Rendered[]).find((one) => one.id === id);
    if (found === undefined) throw new Error(`the identity provider is not offered: ${JSON.stringify(body)}`);
    return found;
  }

  /** Comes back as a portal relays it. */
  const relay = (body: object) => ask(root.token, 'POST /customer-login-with-identity-provider', { redirectUri: REDIRECT, ...body });

  /** The whole way of a person through the portal. */
  async function comes(server: OidcServer, id: string, login: string, more: object = {}) {
    const { renderedAuthorizationEndpoint, state } = await rendered(id);
    const back = await server.signIn(renderedAuthorizationEndpoint, login);
    expect(back.searchParams.get('state')).toBe(state);
    return relay({ authorizationCode: back.searchParams.get('code') ?? '', state, ...more });
  }

  /** One user by address, as the database has them. */
  async function userOf(email: string) {
    const { rows } = await sql<{
      id: string;
      orgId: string;
      providerOrgId: string | null;
      name: string;
      role: string;
      status: string;
      hash: string;
    }>`
      select id, org_id as "orgId", provider_org_id as "providerOrgId", name, role_type as role, status, password_hash as hash
      from users where email = ${email} and coalesce(provider_org_id, org_id) = ${orgId}`.execute(db);
    return rows[0];
  }

  return { ...app, db, orgId, root, made, rendered, relay, comes, userOf };
}
