/**
 * What machines ask: is it alive, is it ready, its figures. Anybody may ask, so the answers hold neither addresses nor paths; what is wrong in
 * words, which may, is for the operator of this installation: a session of the provider, or the token of `CELLPLANE_METRICS_TOKEN`.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Caller } from '@cellplane/api';
import type { Context } from 'hono';
import type { App, AppContext } from './context.js';
import { answer, sendError } from './error-response.js';
import type { Metrics } from './metrics.js';

export interface Readiness {
  ready: boolean;
  /** Name of each part → "ok", or what is wrong with it; beginning with a code and a colon where there is one. */
  checks: Record<string, string>;
}

/** Who may read what is wrong in words. */
interface Operator {
  /** Members of this organization. */
  orgId: string;
  /** Whoever sends this as a bearer token. If set, figures are told to nobody else either. */
  metricsToken?: string;
}

export interface ProbeDeps {
  readiness: () => Promise<Readiness>;
  metrics: Metrics;
  identity: { authenticate(jwt: string): Promise<Pick<Caller, 'orgId'> | undefined> };
  /** @default nobody */
  operator?: Operator;
}

/** Binds `/healthz`, `/readyz` and `/metrics`. */
export function bindProbes(app: App, deps: ProbeDeps): void {
  // However many ask at once, the database is asked once.
  const readiness = shared(deps.readiness);
  const figures = shared(() => deps.metrics.registry.metrics());
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const [found, isOperator] = await Promise.all([readiness(), asksOperator(deps, context)]);
    return context.json(isOperator ? found : withoutWords(found), found.ready ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    if (deps.operator?.metricsToken !== undefined && !(await asksOperator(deps, context)))
      return sendError(
        context,
        answer(
          'auth_failure',
          'no-metrics-token',
          'Figures need the token of this server: send it as "Authorization: Bearer …" (CELLPLANE_METRICS_TOKEN).',
        ),
      );
    context.header('content-type', deps.metrics.registry.contentType);
    return context.body(await figures());
  });
}

/** The bearer token of a request. */
export function bearerToken(context: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
}

async function asksOperator({ operator, identity }: ProbeDeps, context: AppContext): Promise<boolean> {
  const token = bearerToken(context);
  if (token === undefined || operator === undefined) return false;
  if (operator.metricsToken !== undefined && sameText(token, operator.metricsToken)) return true;
  // Where the database does not answer, nobody has a session; readiness says so all the same.
  const caller = await identity.authenticate(token).catch(() => undefined);
  return caller !== undefined && caller.orgId === operator.orgId;
}

/** Compares two secrets in constant time, so that the time does not show where they differ. */
function sameText(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

function withoutWords({ ready, checks }: Readiness): Readiness {
  const codes = Object.entries(checks).map(([part, words]) => [
    part,
    words === 'ok' ? 'ok' : (/^([A-Za-z][\w-]{0,39}): /.exec(words)?.[1] ?? 'failing'),
  ]);
  return { ready, checks: Object.fromEntries(codes) };
}

/** Calls that come while one is under way get its answer. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () =>
    (underWay ??= ask().finally(() => {
      underWay = undefined;
    }));
}
