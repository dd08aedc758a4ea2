/** What is asked of identity providers, of whichever kind. What discovery tells is remembered for a while, in each copy of the program. */
import { guardedFetch, type GuardedFetch } from '../../outgoing/guarded-fetch.js';
import type { Resolve } from '../../outgoing/guarded-lookup.js';
import type { Claimed } from './claims.js';
import { exchangeAtGithub, githubUrl, verifyAtGithub } from './github.js';
import { authorizationUrl, discover, type Discovered, exchange, type Opened, type Returned, verifyClient } from './openid.js';
import { challengeOf, type Secrets } from './state.js';

export interface Conversation {
  /** Where a person is sent to. @throws ProviderFault */
  url(
    provider: Opened & Changed,
    begun: { state: string; redirectUrl: string; loginHint: string | undefined },
    secrets: Secrets,
  ): Promise<string>;
  /** Who has come back. @throws ProviderFault */
  exchange(provider: Opened & Changed, returned: Returned, secrets: Secrets): Promise<Claimed>;
  /** Asks it afresh whether it knows us. @throws ProviderFault */
  verify(provider: Opened & Changed, redirectUrl: string): Promise<void>;
}

/** What was told of an earlier state of the row does not count. */
interface Changed {
  modifiedAt: Date;
}

export interface ConversationOptions {
  /** Private addresses may be asked, and servers without TLS. */
  arePrivateAllowed: boolean;
  /** Of one question, to the last byte of the answer. Milliseconds. @default 8000 */
  deadlineMs?: number;
  /** @default DNS */
  resolve?: Resolve;
}

const DEADLINE_MS = 8_000;
/** Documents of discovery and keys have some kilobytes. */
const MOST_BYTES = 1024 * 1024;
/** How long is remembered what discovery has told, and that it has failed: a page of sign-ins waits for a dead one once. Milliseconds. */
const KEPT_MS = 600_000;
const FAILED_MS = 30_000;
/** Identity providers that are remembered. */
const MOST_KEPT = 500;

export function createConversation({ arePrivateAllowed, deadlineMs = DEADLINE_MS, resolve }: ConversationOptions): Conversation {
  const fetch: GuardedFetch = guardedFetch({
    setting: 'CELLPLANE_SSO_PRIVATE_ADDRESSES',
    isPrivateAllowed: arePrivateAllowed,
    deadlineMs,
    mostBytes: MOST_BYTES,
    resolve,
  });
  const deps = { fetch, isPlainAllowed: arePrivateAllowed };
  const kept = new Map<string, { until: number; discovered: Promise<Discovered> }>();
  const ask = (provider: Opened & Changed): Promise<Discovered> => {
    const key = `${provider.id} ${provider.modifiedAt.getTime()}`;
    const now = performance.now();
    const found = kept.get(key);
    if (found !== undefined && found.until > now) return found.discovered;
    const entry = { until: now + KEPT_MS, discovered: discover(deps, provider) };
    entry.discovered.catch(() => {
      entry.until = performance.now() + FAILED_MS;
    });
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry.discovered;
  };
  return {
    async url(provider, { state, redirectUrl, loginHint }, { verifier, nonce }) {
      const begun = { state, redirectUrl, challenge: challengeOf(verifier), loginHint };
      return provider.type === 'GitHub' ? githubUrl(provider, begun) : authorizationUrl(await ask(provider), provider, { ...begun, nonce });
    },
    async exchange(provider, returned, secrets) {
      return provider.type === 'GitHub'
        ? exchangeAtGithub(fetch, provider, returned, secrets)
        : exchange(await ask(provider), provider, returned, secrets);
    },
    async verify(provider, redirectUrl) {
      if (provider.type === 'GitHub') return verifyAtGithub(fetch, provider, redirectUrl);
      return verifyClient(await discover(deps, provider), fetch, redirectUrl);
    },
  };
}
