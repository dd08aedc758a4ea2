/** An application with stub handlers, for tests of the HTTP room. */
import { type Caller, type Handlers, operations } from '@cellplane/api';
import { principalOf } from '../identity/principal.testing.js';
import { silentLogger } from '../log.js';
import { type AppDeps, createApp } from './app.js';
import type { App } from './context.js';
import { createMetrics } from './metrics.js';

export const TEST_CALLER: Caller = { userId: 'user-1', email: 'ops@example.com', orgId: 'org-1', roleType: 'root' };

/** Handlers that are not given fail loudly. The token `good` is a session. */
export function testApp(handlers: Partial<Handlers>, deps: Partial<AppDeps> = {}): App {
  const all = Object.fromEntries(
    Object.keys(operations).map((name) => [name, () => Promise.reject(new Error(`no handler for ${name} in this test`))]),
  );
  return createApp({
    handlers: { ...all, ...handlers } as Handlers,
    identity: { authenticate: async (jwt) => (jwt === 'good' ? principalOf(TEST_CALLER) : undefined) },
    log: silentLogger,
    readiness: async () => ({ ready: true, checks: { database: 'ok' } }),
    metrics: createMetrics(),
    events: async function* () {},
    changes: async function* () {},
    about: { version: '0.0.0', simulated: true },
    ...deps,
  });
}

export const SIGNED_IN = { authorization: 'Bearer good', 'content-type': 'application/json' };
