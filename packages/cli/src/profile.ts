/** Profiles: servers by name. Each has a session of its own, so that one person can be several on one server. */
import type { ProfileFile, SessionFile } from './config.js';
import { CommandFailure } from './failure.js';

/** What a name of a profile may be. */
export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The profile that a command works with. */
export interface Profile {
  name: string;
  server: string;
  /** It is the current one: the command did not name it. */
  isCurrent: boolean;
}

/** Options and variables by which a command says whom it speaks to. */
interface Given {
  profile?: string | undefined;
  server?: string | undefined;
}

/**
 * The profile of a command: `--profile`; where there is no `--server`, CELLPLANE_PROFILE; where there is no CELLPLANE_SERVER either, the
 * current one. Undefined: none, the server is named otherwise.
 * @throws CommandFailure bad_request for both options at once, not_found for a name that no profile has
 */
async function chooseProfile(
  context: { env: NodeJS.ProcessEnv; profiles?: ProfileFile },
  { profile, server }: Given,
): Promise<Profile | undefined> {
  if (profile !== undefined && server !== undefined)
    throw new CommandFailure('bad_request', '--profile and --server name a server both: give one of them.');
  if (server !== undefined || context.profiles === undefined) return undefined;
  const named = profile ?? (context.env['CELLPLANE_PROFILE'] || undefined);
  if (named === undefined && context.env['CELLPLANE_SERVER']) return undefined;
  const { profiles, current } = await context.profiles.readProfiles();
  const name = named ?? current;
  if (name === undefined) return undefined;
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found === undefined) throw noProfile(name, profiles);
  return { name, server: found.server, isCurrent: named === undefined };
}

/** What the profile of a command changes in the context: nothing where there is none. @throws CommandFailure as `chooseProfile` */
export async function inProfile(
  context: { env: NodeJS.ProcessEnv; profiles?: ProfileFile; sessions: SessionFile },
  given: Given,
): Promise<{ profile?: Profile; sessions?: SessionFile }> {
  const profile = await chooseProfile(context, given);
  return profile === undefined ? {} : { profile, sessions: sessionsOf(context.sessions, profile) };
}

/** The sessions of a profile, beside those of its server. */
export function sessionsOf(file: SessionFile, { name }: Pick<Profile, 'name'>): SessionFile {
  // An address has no "#": no profile's session is taken for that of a server.
  const key = (server: string) => `${server}#${name}`;
  return {
    read: (server) => file.read(key(server)),
    write: (server, session) => file.write(key(server), session),
    exclusively: (work) => file.exclusively(work),
  };
}

/** Says which profiles there are. */
export function noProfile(name: string, profiles: object): CommandFailure {
  const names = Object.keys(profiles);
  const there = names.length === 0 ? 'There is no profile at all.' : `There is: ${names.join(', ')}.`;
  return new CommandFailure('not_found', `There is no profile "${name}". ${there}`, [
    { say: 'Add it with:', command: ['profile', 'add', name] },
  ]);
}

/** The profiles, to be changed. @throws CommandFailure where this program keeps none */
export function profilesOf({ profiles }: { profiles?: ProfileFile }): ProfileFile {
  if (profiles === undefined) throw new CommandFailure('failed', 'This program keeps no profiles.');
  return profiles;
}
