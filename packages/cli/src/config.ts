/** `~/.cellplane/config.yml`: profiles, and one session for each server and profile. Mode 0600, since it holds tokens. */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from './failure.js';

/** What is kept of a sign-in. */
export interface StoredSession {
  email: string;
  token: string;
  refreshToken: string;
  /** Of a customer's session. @default one of a provider's people */
  kind?: 'customer';
}

export interface SessionFile {
  /** `key`: the address of a server; of a profile's session with its name behind it (profile.ts). */
  read(key: string): Promise<StoredSession | undefined>;
  /** Nothing to store: forget the session. */
  write(key: string, session: StoredSession | undefined): Promise<void>;
  /** One process at a time: refresh tokens work once, so two that renew at the same moment would end the session. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

/** Servers by the names that people give them. */
export interface Profiles {
  profiles: Record<string, { server: string }>;
  /** The one in use where a command names none. */
  current?: string;
}

export interface ProfileFile {
  readProfiles(): Promise<Profiles>;
  writeProfiles(profiles: Profiles): Promise<void>;
}

interface Content extends Partial<Profiles> {
  servers?: Record<string, StoredSession>;
}

/** A lock this old was left by a process that is gone. Milliseconds. */
const STALE_LOCK_MS = 15_000;

/** The file of a user. `home` is their home directory. */
export function sessionFile(home: string): SessionFile & ProfileFile {
  const path = join(home, '.cellplane', 'config.yml');
  const load = () => loadContent(path);
  const store = async (content: Content) => {
    const { stringify } = await import('yaml');
    await mkdir(dirname(path), { recursive: true });
    // Written beside and moved into place: nobody reads half a file, and it is never readable by others.
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, stringify(content), { mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, path);
  };
  return {
    read: async (key) => (await load()).servers?.[key],
    async write(key, session) {
      const content = await load();
      const servers = { ...content.servers };
      if (session === undefined) delete servers[key];
      else servers[key] = session;
      await store({ ...content, servers });
    },
    async readProfiles() {
      const { profiles = {}, current } = await load();
      return { profiles, ...(current === undefined ? {} : { current }) };
    },
    async writeProfiles({ profiles, current }) {
      const { current: _former, ...content } = await load();
      await store({ ...content, profiles, ...(current === undefined ? {} : { current }) });
    },
    async exclusively(work) {
      const lock = `${path}.lock`;
      await mkdir(dirname(path), { recursive: true });
      await takeLock(lock);
      try {
        return await work();
      } finally {
        await rm(lock, { recursive: true, force: true });
      }
    },
  };
}

/** @throws CommandFailure where the file is there and says nothing: it may hold sessions that somebody wants back */
async function loadContent(path: string): Promise<Content> {
  const unusable = (why: string) =>
    new CommandFailure('unusable_config', `${path} cannot be used: ${why}. Mend or remove it, and sign in again.`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw unusable(error.code === 'EISDIR' ? 'it is a directory' : error.message);
  });
  if (text.trim() === '') return {};
  let content: unknown;
  try {
    content = (await import('yaml')).parse(text);
  } catch (error) {
    throw unusable(`it is no YAML (${(error as Error).message.split('\n')[0]})`);
  }
  if (!isObject(content)) throw unusable('it holds no servers');
  const { servers = {} }: Content = content;
  if (!isObject(servers)) throw unusable('it holds no servers');
  for (const [server, session] of Object.entries(servers))
    if (!isObject(session) || ![session.email, session.token, session.refreshToken].every((one) => typeof one === 'string'))
      throw unusable(`the session of ${server} in it is damaged`);
  const { profiles = {}, current }: Content = content;
  if (!isObject(profiles)) throw unusable('its profiles are none');
  for (const [name, profile] of Object.entries(profiles))
    if (!isObject(profile) || typeof profile.server !== 'string') throw unusable(`the profile ${name} in it is damaged`);
  if (current !== undefined && typeof current !== 'string') throw unusable('its current profile is no name');
  return content;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function takeLock(lock: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const made = await stat(lock).then(
      (found) => found.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - made > STALE_LOCK_MS) await rm(lock, { recursive: true, force: true });
    else await pause(50);
  }
}
