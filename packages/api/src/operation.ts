/**
 * One row of the operation table. Everything that binds to the wire (server routes, validation, OpenAPI document, client)
 * is derived from these rows and from nothing else.
 */
import { type Static, type TObject, type TSchema, type TVoid, Type } from 'typebox';
import { BODY_LIMIT, SESSION_BODY_LIMIT, withLimits } from './limits.js';
import type { Access } from './access.js';
import { BASE_PATH, type Method } from './address.js';

export { BASE_PATH, type Method };

/** `v1` and `fleet` are the reference's two documents; `ours` is under `/api/`. */
export type ApiName = 'v1' | 'fleet' | 'ours';

/** Names of the `{parameters}` of a path template. */
export type PathParameterName<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameterName<Rest>
  : never;

export interface Operation<
  P extends string = string,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
  A extends Access = Access,
> {
  /** The reference's operation id (`service-api#ListService`); ours are `cellplane#…`. Named in 501 answers. */
  operationId: string;
  method: Method;
  /** As served, version segment included. */
  path: P;
  api: ApiName;
  summary: string;
  /** Who may call. Enforced before the handler: see the server's `identity/authorize.ts`. */
  access: A;
  query: Q;
  /** `Void` if the operation takes none. */
  body: B;
  /** Bytes of a body at most. */
  bodyLimit: number;
  /** `Void` if the operation answers with nothing to read. */
  response: R;
  successStatus: number;
  /** The answer holds a secret, such as the tokens of a session: nothing keeps it, so an Idempotency-Key does not count; and it is no read. */
  answersSecret: boolean;
}

interface Definition<P extends string, Q extends TSchema, B extends TSchema, R extends TSchema, A extends Access> {
  id: string;
  api: ApiName;
  /** Method and path below the version segment (below nothing for ours): `GET /service/{id}`. */
  route: `${Method} ${P}`;
  summary: string;
  access: A;
  query?: Q;
  body?: B;
  /** Default 64 KiB for operations without a session, 1 MiB for the others. */
  bodyLimit?: number;
  response?: R;
  /** Default 200. */
  successStatus?: number;
  /** Default false. */
  answersSecret?: boolean;
}

/**
 * Makes a row of the table. What its query and body do not bound themselves gets the usual limits.
 * @throws Error if the route is not `METHOD /path`, or lacks the parameter that its access names; a mistake in the table, found when the
 * module loads.
 */
export function operation<
  P extends string,
  Q extends TSchema = TObject,
  B extends TSchema = TVoid,
  R extends TSchema = TVoid,
  A extends Access = Access,
>(definition: Definition<P, Q, B, R, A>): Operation<P, Q, B, R, A> {
  const [method, path] = definition.route.split(' ') as [Method, P];
  if (!path?.startsWith('/')) throw new Error(`operation ${definition.id}: route must be "METHOD /path"`);
  const { access } = definition;
  if (access.audience === 'provider' && typeof access.product === 'object' && !path.includes(`{${access.product.param}}`))
    throw new Error(`operation ${definition.id}: its path has no parameter ${access.product.param}`);
  return {
    operationId: definition.id,
    method,
    path: (definition.api === 'ours' ? path : `${BASE_PATH}${path}`) as P,
    api: definition.api,
    summary: definition.summary,
    access,
    query: withLimits(definition.query ?? (Type.Object({}) as unknown as Q)),
    body: withLimits(definition.body ?? (Type.Void() as unknown as B)),
    bodyLimit: definition.bodyLimit ?? (access.audience === 'public' ? SESSION_BODY_LIMIT : BODY_LIMIT),
    response: definition.response ?? (Type.Void() as unknown as R),
    successStatus: definition.successStatus ?? 200,
    answersSecret: definition.answersSecret ?? false,
  };
}

/** The person (or API key) behind a request, as handlers see it. */
export interface Caller {
  userId: string;
  email: string;
  /** The caller's own organization. */
  orgId: string;
  roleType: string;
  /** Of a customer: whose catalogue it is. @default the caller's own organization is a provider */
  providerOrgId?: string;
  /** Of the session that the request came with. */
  sessionId?: string;
  /** The API key that the session was begun with, if with one. */
  apiKeyId?: string;
  /** Subscriptions whose things the caller may see: those that a customer is a member of. @default what the organization has or offers */
  subscriptions?: readonly string[];
  /** Of these, those in which the caller's role allows the operation. @default all */
  allowed?: readonly string[];
  /** Products that the caller's role is given for. @default all of the organization */
  products?: readonly string[];
}

/** What a handler gets: everything validated and converted by the row's schemas, ids trimmed. */
export interface OperationRequest<O extends Operation> {
  params: Record<O extends Operation<infer P> ? PathParameterName<P> : never, string>;
  query: Static<O['query']>;
  body: Static<O['body']>;
  caller: O['access'] extends { audience: 'public' } ? Caller | undefined : Caller;
  /** Where the request comes from, for limits. @default unknown */
  address?: string;
  /** What the client calls itself. */
  userAgent?: string | undefined;
  /** Aborts when the client has gone away, or the server stops: nobody waits for a late answer. */
  signal?: AbortSignal;
}

/** A handler of one operation; throws DomainError for everything that is not success. */
export type Handler<O extends Operation> = (request: OperationRequest<O>) => Promise<Static<O['response']>>;

/** True if the operation takes a JSON body. */
export function takesBody(row: Operation): boolean {
  return !isVoid(row.body);
}

/** True if the operation answers with a JSON value. */
export function answersWithBody(row: Operation): boolean {
  return !isVoid(row.response);
}

function isVoid(schema: TSchema): boolean {
  return (schema as { type?: unknown }).type === 'void';
}
