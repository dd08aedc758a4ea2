import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const kept = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Credentials,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    },
  );
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
