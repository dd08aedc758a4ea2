/** Names and ids that are there, for completion: read from the server at the moment they are asked for. */
import { type Context, signedIn } from '../context.js';
import { findEnvironment, findService, type Service } from '../lookup.js';
import { inProfile } from '../profile.js';
import type { NameKind } from './places.js';

/** A person waits with a key pressed. Milliseconds. */
const PATIENCE_MS = 3_000;
/** More than that is no help. */
const MOST = 200;

/** A word that can be typed, and what it is. */
export interface LiveName {
  name: string;
  description: string;
}

/**
 * What may stand at a place of this kind.
 * @param words the command line so far: its server, its profile, its service and its environment count
 * @throws what a command would throw: nobody is signed in, the server does not answer in time
 */
export async function namesOf(context: Context, kind: NameKind, words: readonly string[]): Promise<LiveName[]> {
  if (kind === 'profile') {
    const { profiles = {} } = (await context.profiles?.readProfiles()) ?? {};
    return Object.entries(profiles).map(([name, { server }]) => ({ name, description: server }));
  }
  const given = { server: valueOf(words, '--server'), profile: valueOf(words, '--profile') };
  const fetchOf = context.fetch ?? fetch;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const client = await signedIn(
    {
      ...context,
      ...(await inProfile(context, given)),
      fetch: (input, init) => fetchOf(input, { ...init, signal }),
    },
    given.server === undefined ? {} : { server: given.server },
  );
  const services = async (): Promise<Service[]> => {
    const wanted = valueOf(words, '--service');
    return wanted === undefined ? (await client.listServices({})).services : [await findService(client, wanted)];
  };
  const environments = async () => {
    const wanted = valueOf(words, '--environment');
    return (await services()).flatMap((one) => (wanted === undefined ? one.serviceEnvironments : [findEnvironment(one, wanted)]));
  };
  switch (kind) {
    case 'service':
      return (await client.listServices({})).services.map(({ id, name }) => ({ name, description: id })).slice(0, MOST);
    case 'service-id':
      return (await client.listServices({})).services.map(({ id, name }) => ({ name: id, description: name })).slice(0, MOST);
    case 'environment':
      return unique((await services()).flatMap((one) => one.serviceEnvironments).map(({ name, type }) => ({ name, description: type })));
    case 'plan':
      return unique(
        (await environments()).flatMap((one) => one.servicePlans).map(({ name, productTierID: id }) => ({ name, description: id })),
      );
    case 'plan-id':
      return unique(
        (await environments()).flatMap((one) => one.servicePlans).map(({ name, productTierID: id }) => ({ name: id, description: name })),
      );
    case 'instance': {
      const { resourceInstanceResults = [] } = await client.searchInventory({ body: { query: 'resourceinstance:i' } });
      const told = resourceInstanceResults.map(({ id, status, productTierName }) => ({
        name: id,
        description: `${status}, ${productTierName}`,
      }));
      return told.slice(0, MOST);
    }
    case 'subscription': {
      const { subscriptionResults = [] } = await client.searchInventory({ body: { query: 'subscription:s' } });
      const told = subscriptionResults.map(({ id, status, servicePlanName }) => ({
        name: id,
        description: `${status}, ${servicePlanName}`,
      }));
      return told.slice(0, MOST);
    }
  }
}

/** One line for each, as the scripts read them: no text of somebody's ends a line or a column. */
export function namesText(names: readonly LiveName[]): string {
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  const plain = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return names.map(({ name, description }) => `${plain(name)}\t${plain(description)}\n`).join('');
}

/** The value of an option in a command line that is not finished; `--name value` or `--name=value`, the last one counts. */
function valueOf(words: readonly string[], option: string): string | undefined {
  const found = words.flatMap((word, at) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    const next = words[at + 1];
    // The last word is the one that is being typed.
    return word === option && next !== undefined && at + 2 < words.length ? [next] : [];
  });
  return found.at(-1);
}

function unique(names: LiveName[]): LiveName[] {
  return [...new Map(names.map((one) => [one.name, one])).values()].slice(0, MOST);
}
