/**
 * Which hosts a notification may go to. Names are resolved here, and the connection is made to the addresses that were judged: a name that
 * answers with another address the next time (DNS rebinding) changes nothing.
 */
import { type LookupAddress, promises as dns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressOf, isPublic } from '@cellplane/plan';

/** The target stands where nothing may be sent to. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

const CURE = 'Notifications go to public addresses only, unless CELLPLANE_WEBHOOK_PRIVATE_TARGETS is on.';

/** Why nothing is sent to a host that is written as an address; undefined for names, which are judged when they are resolved. */
export function hostFault(host: string): string | undefined {
  const address = addressOf(host);
  return address === undefined || isPublic(address) ? undefined : `${host} is an address of a private network or for special use. ${CURE}`;
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
export function guardedLookup(resolve: Resolve = dnsResolver()): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => {
        const wanted = found.filter(
          ({ family }) => options.family === undefined || options.family === 0 || `${options.family}`.endsWith(`${family}`),
        );
        for (const { address } of found) {
          const parsed = addressOf(address);
          if (parsed === undefined || !isPublic(parsed))
            throw new TargetRefused(`${host} stands at ${address}, an address of a private network or for special use. ${CURE}`);
        }
        const [first] = wanted;
        if (first === undefined) throw new Error(`${host} has no address`);
        if (options.all === true) callback(null, wanted);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => callback(error as NodeJS.ErrnoException, []));
  };
}
