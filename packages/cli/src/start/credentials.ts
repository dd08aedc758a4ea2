import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../failure.js';

/** The first provider user's sign-in. */
export interface Credentials {
  email: string;
  password: string;
}

/**
 * The sign-in that the start command uses: from the environment, else from the data directory, else made up and kept there
 * (mode 0600), so that a second start can sign in again.
 */
export async function startCredentials(dataDir: string, given: Partial<Credentials>): Promise<Credentials> {
  const file = join(dataDir, 'provider-sign-in.json');
  const kept = await readKept(file);
  const credentials = {
    email: given.email ?? kept?.email ?? 'provider@cellplane.local',
    password: given.password ?? kept?.password ?? randomBytes(12).toString('base64url'),
  };
  if (kept?.email !== credentials.email || kept.password !== credentials.password) {
    await mkdir(dataDir, { recursive: true });
    await writeFile(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
  }
  return credentials;
}

/** Made again where it is damaged: the server takes the password that it is given. */
async function readKept(file: string): Promise<Credentials | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Credentials> | null;
    return typeof kept?.email === 'string' && typeof kept.password === 'string'
      ? { email: kept.email, password: kept.password }
      : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ENOENT') return undefined;
    throw new CommandFailure('unusable_file', `${file} cannot be read (${(error as Error).message}). Remove it; a new one is made.`);
  }
}
