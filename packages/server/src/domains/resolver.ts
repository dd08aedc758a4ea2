/** Questions to DNS, by sockets of their own: the system's lookup takes one of few threads for as long as a name server hangs. */
import { promises as dns } from 'node:dns';

/** Lists are empty where the name has no such record. Rejects where no server could say. */
export interface Resolver {
  cname(name: string): Promise<string[]>;
  txt(name: string): Promise<string[]>;
  addresses(name: string): Promise<string[]>;
}

/** Milliseconds, of one question; and how often it is asked. */
const QUESTION_MS = 1_500;
const QUESTIONS = 2;
/** There is no such name, or none of its records is of that kind. */
const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);

export function dnsResolver({ servers, questionMs = QUESTION_MS }: { servers?: readonly string[]; questionMs?: number } = {}): Resolver {
  const open = () => {
    const resolver = new dns.Resolver({ timeout: questionMs, tries: QUESTIONS });
    if (servers !== undefined) resolver.setServers(servers);
    return resolver;
  };
  return {
    cname: (name) => orNothing(open().resolveCname(name)),
    txt: async (name) => (await orNothing(open().resolveTxt(name))).map((parts) => parts.join('')),
    addresses: async (name) => {
      const resolver = open();
      return (await Promise.all([orNothing(resolver.resolve4(name)), orNothing(resolver.resolve6(name))])).flat();
    },
  };
}

async function orNothing<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
