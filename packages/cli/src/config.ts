/** `~/.cellplane/config.yml`: one session for each server. Mode 0600, since it holds tokens. */
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
  read(server: string): Promise<StoredSession | undefined>;
  /** Nothing to store: forget the server's session. */
  write(server: string, session: StoredSession | undefined): Promise<void>;
  /** One process at a time: refresh tokens work once, so two that renew at the same moment would end the session. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

interface Content {
  servers?: Record<string, StoredSession>;
}

/** A lock this old was left by a process that is gone. Milliseconds. */
const STALE_LOCK_MS = 15_000;

/** The file of a user. `home` is their home directory. */
export function sessionFile(home: string): SessionFile {
  const path = join(home, '.cellplane', 'config.yml');
  const load = () => loadContent(path);
  return {
    read: async (server) => (await load()).servers?.[server],
    async write(server, session) {
      const [content, { stringify }] = await Promise.all([load(), import('yaml')]);
      const servers = { ...content.servers };
      if (session === undefined) delete servers[server];
      else servers[server] = session;
      await mkdir(dirname(path), { recursive: true });
      // Written beside and moved into place: nobody reads half a file, and it is never readable by others.
      const fresh = `${path}.${process.pid}`;
      await writeFile(fresh, stringify({ ...content, servers }), { mode: 0o600 });
      await chmod(fresh, 0o600);
      await rename(fresh, path);
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
