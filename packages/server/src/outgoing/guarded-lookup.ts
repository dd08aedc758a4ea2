/**
 * Which hosts a request of ours may go to whose address people have written. Names are resolved here, and the connection is made to the addresses that were judged: a name that
 * answers with another address the next time (DNS rebinding) changes nothing.
 */
import { type LookupAddress, promises as dns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressOf, isPublic } from '@cellplane/plan';

/** The target stands where nothing may be sent to. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** The setting by which the operator lets such requests go to private addresses, too. */
export type PrivateSetting = 'CELLPLANE_WEBHOOK_PRIVATE_TARGETS' | 'CELLPLANE_SSO_PRIVATE_ADDRESSES';

const cure = (setting: PrivateSetting) => `Only public addresses are allowed, unless ${setting} is on.`;

/** Why nothing is sent to a host that is written as an address; undefined for names, which are judged when they are resolved. */
export function hostFault(host: string, setting: PrivateSetting): string | undefined {
  const address = addressOf(host);
  if (address === undefined || isPublic(address)) return undefined;
  return `${host} is an address of a private network or for special use. ${cure(setting)}`;
}

export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** Milliseconds, of one question; and how often it is asked. */
const QUESTION_MS = 2_000;
const QUESTIONS = 2;

/**
 * Asks DNS by a socket of its own. The system's lookup takes one of few threads for as long as a name server hangs, and the same threads
 * check passwords.
 */
export function dnsResolver({ servers, questionMs = QUESTION_MS }: { servers?: readonly string[]; questionMs?: number } = {}): Resolve {
  return async (host) => {
    const resolver = new dns.Resolver({ timeout: questionMs, tries: QUESTIONS });
    if (servers !== undefined) resolver.setServers(servers);
    const asked = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = asked.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
    );
    const failed = asked.find((answer) => answer.status === 'rejected');
    if (found.length === 0 && failed !== undefined) throw failed.reason as Error;
    return found;
  };
}

/** A lookup for connections. It fails if any address of the name is not public: who mixes them wants to be let in by chance. */
export function guardedLookup(setting: PrivateSetting, resolve: Resolve = dnsResolver()): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => {
        const wanted = found.filter(
          ({ family }) => options.family === undefined || options.family === 0 || `${options.family}`.endsWith(`${family}`),
        );
        for (const { address } of found) {
          const parsed = addressOf(address);
          if (parsed === undefined || !isPublic(parsed))
            throw new TargetRefused(`${host} stands at ${address}, an address of a private network or for special use. ${cure(setting)}`);
        }
        const [first] = wanted;
        if (first === undefined) throw new Error(`${host} has no address`);
        if (options.all === true) callback(null, wanted);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => callback(error as NodeJS.ErrnoException, []));
  };
}
