/** A provider with two customers, their subscriptions and instances, and the API before them: for tests of the audit trail. */
import type { Handlers } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';
import type { App } from '../http/context.js';
import { testApp } from '../http/app.testing.js';
import type { AppDeps } from '../http/app.js';
import type { Principal } from '../identity/authorize.js';
import { createDoors } from '../identity/doors.js';
import { silentLogger } from '../log.js';
import { auditHandlers } from './handlers.js';
import { createRecorder, type RecorderDeps } from './record.js';

export const KEY = Buffer.alloc(32, 7);

export interface AuditWorld {
  db: Database;
  /** By the token that they send. */
  people: Record<string, Principal & { session: { id: string; expiresAt: number } }>;
  /** The API with these handlers beside those of the trail. */
  app: (handlers?: Partial<Handlers>, deps?: Partial<AppDeps>, recorder?: Partial<RecorderDeps>) => App;
  ask: (
    app: App,
    token: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** All events, oldest first. */
  events: () => Promise<Record<string, unknown>[]>;
}

export interface Answer {
  status: number;
  body: ReturnType<typeof JSON.parse>;
  headers: Headers;
}

/** `other` is a second provider. */
export async function auditWorld(db: Database): Promise<AuditWorld> {
  await sql`insert into organizations (id, service_provider_id, name, provider_org_id) values
    ('org-p', 'sp-p', 'Provider', null), ('org-other', 'sp-other', 'Other', null), ('org-a', null, 'Acme', 'org-p'), ('org-b', null, 'Best', 'org-p')`.execute(
    db,
  );
  await sql`insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id) values
    ('user-p', 'org-p', 'paul@p.example', 'Paul', 'x', 'root', null), ('user-o', 'org-other', 'olga@o.example', 'Olga', 'x', 'root', null),
    ('user-a', 'org-a', 'anna@a.example', 'Anna', 'x', 'root', 'org-p'), ('user-b', 'org-b', 'bert@b.example', 'Bert', 'x', 'root', 'org-p')`.execute(
    db,
  );
  await sql`insert into api_keys (id, user_id, org_id, role_type, name, prefix, hash) values ('apikey-b', 'user-b', 'org-b', 'admin', 'k', 'om_xxxx', 'hash')`.execute(
    db,
  );
  await sql`insert into sessions (id, user_id, api_key_id, method, expires_at) select 'session-' || right(u.id, 1), u.id,
    case when u.id = 'user-b' then 'apikey-b' end, case when u.id = 'user-b' then 'API_KEY' else 'PASSWORD' end, now() + interval '1 hour' from users u`.execute(
    db,
  );
  await sql`insert into services (id, org_id, name, url_key) values ('s-1', 'org-p', 'Postgres', 'postgres'), ('s-2', 'org-other', 'Secret product', 'x')`.execute(
    db,
  );
  await sql`insert into environments (id, service_id, name, url_key, type, visibility) values ('se-1', 's-1', 'Dev', 'dev', 'DEV', 'PUBLIC')`.execute(
    db,
  );
  await sql`insert into plans (id, environment_id, model_id, service_api_id, name, url_key) values ('pt-1', 'se-1', 'sm-1', 'sa-1', 'Small', 'small')`.execute(
    db,
  );
  await sql`insert into deployment_cells (id, key, kind, identity, server, sealed_access, status) values ('hc-1', 'c', 'simulated', 'i', '', '', 'RUNNING')`.execute(
    db,
  );
  for (const one of ['a', 'b']) {
    await sql`insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id)
      values (${`sub-${one}`}, ${`org-${one}`}, 'org-p', 'pt-1', ${`user-${one}`})`.execute(db);
    await insertInstance(db, one, `instance-${one}`);
  }
  const person = (one: string, more: Partial<Principal>) => ({
    userId: `user-${one}`,
    email: `${one}@example.com`,
    orgId: one === 'o' ? 'org-other' : `org-${one}`,
    roleType: 'root' as const,
    providerOrgId: null,
    memberships: [],
    grants: [],
    ...more,
    session: { id: `session-${one}`, expiresAt: Number.MAX_SAFE_INTEGER },
  });
  const customer = (one: string, role: 'root' | 'reader' = 'root') =>
    person(one, { providerOrgId: 'org-p', memberships: [{ subscriptionId: `sub-${one}`, role }] });
  const people = { p: person('p', {}), o: person('o', {}), a: customer('a'), b: customer('b'), 'a-reader': customer('a', 'reader') };
  return {
    db,
    people,
    app: (handlers = {}, deps = {}, recorder = {}) =>
      testApp(
        { ...auditHandlers({ db, key: KEY }), ...handlers },
        {
          identity: { authenticate: async (token) => (people as AuditWorld['people'])[token] },
          audit: createRecorder({ db, log: silentLogger, doors: createDoors(), providerOrgId: 'org-p', ...recorder }),
          ...deps,
        },
      ),
    ask: async (app, token, method, path, body, headers = {}) => {
      const answered = await app.request(path.startsWith('/api/') ? path : `/2022-09-01-00${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answered.text();
      const isJson = answered.headers.get('content-type')?.startsWith('application/json') === true;
      return { status: answered.status, body: isJson ? JSON.parse(text) : text, headers: answered.headers };
    },
    events: async () => (await sql<Record<string, unknown>>`select * from audit_events order by at, id`.execute(db)).rows,
  };
}

export async function insertInstance(db: Database, customer: string, id: string): Promise<void> {
  await sql`insert into instances (id, provider_org_id, org_id, subscription_id, service_id, environment_id, environment_type, plan_id, plan_version,
      resource_id, resource_key, cell_id, cloud_provider, region, network_type, namespace, status, parameters, launch_parameters,
      sealed_parameters, sealed_seed, created_by)
    values (${id}, 'org-p', ${`org-${customer}`}, ${`sub-${customer}`}, 's-1', 'se-1', 'DEV', 'pt-1', '1.0', 'r-1', ${`db-${customer}`}, 'hc-1', 'aws',
      ${`region-${customer}`}, 'PUBLIC', ${id}, 'RUNNING', '{}', '{}', '', '', ${`user-${customer}`})`.execute(db);
}
