/**
 * `Idempotency-Key`: the same request with the same key is done once and answered alike for 24 hours.
 *
 * A claim is a row per caller, operation and key, written before the handler runs. What the handler brings about is noted in the very
 * transaction that makes it (`noteEffect`): if the process dies after that commit, the next request with the key answers from the note; if it
 * dies before, nothing was made, and the claim is taken over once it is stale. A claimant that was slow and lost its claim cannot commit.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { badRequest, DomainError, invalidState } from '../errors.js';
import { deriveKey } from '../derived-key.js';
import { afterCommit, type Database, sql, type Transaction } from './database.js';

/** What a request has made, by the names that answers have for it. */
export type Effect = Record<string, string>;

export interface KeyedRequest {
  orgId: string;
  userId: string;
  operation: string;
  key: string;
  /** All that the request says: path, query and body. */
  content: unknown;
}

/** Where claims lie, and the key of the hashes of requests, see `deriveRequestHashKey`. */
export interface KeyedRequests {
  db: Database;
  hashKey: Uint8Array;
}

/** The same for all copies of the program on one master key. */
export function deriveRequestHashKey(masterKey: Uint8Array): Uint8Array {
  return deriveKey(masterKey, 'hashes of keyed requests');
}

type Claim = { state: 'new'; token: string } | { state: 'effect'; effect: Effect } | { state: 'answered'; answer: unknown };

/** A claim without an effect is taken over after this: its process is gone, or its transaction will not commit any more. Seconds. */
const STALE_S = 60;

const current = new AsyncLocalStorage<{ request: KeyedRequest; token: string; committed?: Effect }>();

/** The header's value. @throws DomainError bad_request */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.trim();
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw badRequest('invalid-idempotency-key', 'Idempotency-Key must be 1 to 255 visible ASCII characters; a UUID is a good one.', [
    { field: 'Idempotency-Key', message: 'is not usable' },
  ]);
}

/**
 * Takes the key for this request, or says what came of it before.
 * @throws DomainError unprocessable if the key was used for another request; invalid_state while that request is under way
 */
async function claimKey({ db, hashKey }: KeyedRequests, request: KeyedRequest): Promise<Claim> {
  const token = randomUUID();
  const hash = hashOf(hashKey, request.content);
  const { orgId, userId, operation, key } = request;
  const taken = await sql`/* prepared */
    insert into idempotency_keys as k (org_id, user_id, operation, key, request_hash, token)
    values (${orgId}, ${userId}, ${operation}, ${key}, ${hash}, ${token})
    on conflict (org_id, user_id, operation, key) do update
      set request_hash = excluded.request_hash, token = excluded.token, effect = null, answer = null, claimed_at = now(), expires_at = excluded.expires_at
      where k.expires_at <= now()
        or (k.effect is null and k.answer is null and k.request_hash = excluded.request_hash and k.claimed_at < now() - make_interval(secs => ${STALE_S}))
    returning 1`.execute(db);
  if (taken.rows.length > 0) return { state: 'new', token };
  const { rows } = await sql<{ request_hash: string; effect: Effect | null; answer: { body: unknown } | null }>`
    select request_hash, effect, answer from idempotency_keys
    where org_id = ${orgId} and user_id = ${userId} and operation = ${operation} and key = ${key}`.execute(db);
  const [found] = rows;
  if (found !== undefined && found.request_hash !== hash)
    throw new DomainError(
      'unprocessable',
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request within the last 24 hours. Send a new key with a new request.',
      [{ field: 'Idempotency-Key', code: 'idempotency-key-reused', message: 'belongs to another request' }],
    );
  if (found?.answer != null) return { state: 'answered', answer: found.answer.body };
  if (found?.effect != null) return { state: 'effect', effect: found.effect };
  throw underWay();
}

/** The twin of a request that is not answered yet. */
function underWay(): DomainError {
  return invalidState(
    'idempotency-key-in-use',
    'A request with this Idempotency-Key is under way. Send it again in a moment: it is then answered as the first one was.',
    [{ field: 'Idempotency-Key', code: 'idempotency-key-in-use', message: 'is in use' }],
  );
}

/** Runs the handler of a claimed request; the claim is let go if it fails before it has an effect, and keeps the answer if not. */
async function underKey<T>(
  db: Database,
  request: KeyedRequest,
  token: string,
  handler: () => Promise<T>,
  answerOf: (effect: Effect) => T | undefined,
): Promise<T> {
  const { orgId, userId, operation, key } = request;
  const mine = sql`org_id = ${orgId} and user_id = ${userId} and operation = ${operation} and key = ${key} and token = ${token}`;
  try {
    const claim: NonNullable<ReturnType<typeof current.getStore>> = { request, token };
    const answer = await current.run(claim, handler);
    // The note alone gives the same answer again.
    if (claim.committed !== undefined && isDeepStrictEqual(answerOf(claim.committed), answer)) return answer;
    await sql`/* prepared */ update idempotency_keys set answer = ${JSON.stringify({ body: answer ?? {} })}::jsonb where ${mine}`.execute(
      db,
    );
    return answer;
  } catch (error) {
    await sql`delete from idempotency_keys where ${mine} and effect is null`.execute(db).catch(() => {
      // The database is away: the claim becomes stale by itself.
    });
    throw error;
  }
}

/** Notes what the request at hand makes, in the transaction that makes it. Nothing without a key. @throws if the claim is another's by now */
export async function noteEffect(tx: Transaction, effect: Effect): Promise<void> {
  const claim = current.getStore();
  if (claim === undefined) return;
  const { orgId, userId, operation, key } = claim.request;
  const { numAffectedRows } = await sql`/* prepared */
    update idempotency_keys set effect = ${JSON.stringify(effect)}::jsonb
    where org_id = ${orgId} and user_id = ${userId} and operation = ${operation} and key = ${key} and token = ${claim.token}`.execute(tx);
  if (numAffectedRows !== 1n) throw underWay();
  afterCommit(tx, () => {
    claim.committed = effect;
  });
}

/**
 * Does a request once: the first time `handler` runs, later its answer is given again. `answerOf` makes the answer of what was made, for the
 * case that the first one's process died before it could keep its own; undefined if it cannot.
 */
export async function answerOnce<T>(
  deps: KeyedRequests,
  request: KeyedRequest,
  handler: () => Promise<T>,
  answerOf: (effect: Effect) => T | undefined,
): Promise<T> {
  const claim = await claimKey(deps, request);
  if (claim.state === 'new') return underKey(deps.db, request, claim.token, handler, answerOf);
  if (claim.state === 'answered') return claim.answer as T;
  const answer = answerOf(claim.effect);
  // What takes long after its effect (a call that waits for its end) is asked for by its id.
  if (answer === undefined) throw underWay();
  return answer;
}

/** Keys that one statement removes. */
const SWEPT_AT_ONCE = 1_000;

/** Removes what is older than 24 hours, a part at a time. */
export async function sweepIdempotencyKeys(db: Database, part = SWEPT_AT_ONCE): Promise<void> {
  for (let swept = part; swept === part; ) {
    const { numAffectedRows } = await sql`
      delete from idempotency_keys where (org_id, user_id, operation, key) in (
        select org_id, user_id, operation, key from idempotency_keys where expires_at <= now() order by expires_at limit ${part}
        for update skip locked)`.execute(db);
    swept = Number(numAffectedRows ?? 0);
  }
}

/** A request may hold a password: without the key nobody who reads the rows can guess at it. */
function hashOf(hashKey: Uint8Array, content: unknown): string {
  return createHmac('sha256', hashKey).update(JSON.stringify(content)).digest('hex');
}
