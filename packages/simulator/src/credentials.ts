import { randomBytes } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, isUsable, makeCertificate } from './http/certificate.js';
import { isObject } from './json.js';
import { unusable } from './store/lines.js';
import { writePrivate } from './store/private-file.js';

/** Bytes. */
const LONGEST = 1024 * 1024;

/** What a client needs to be let in. */
export interface Credentials extends Certificate {
  token: string;
}

/**
 * The cell's token and certificate, made once and kept in the data directory, readable by their owner only; without one, new ones.
 * A file that is damaged, or that others can read, is made anew: whoever uses the cell has its kubeconfig from there, too.
 * Plain HTTP would not do: kubectl sends tokens over TLS only.
 */
export async function readCredentials(
  dataDir: string | undefined,
  host: string,
  now: number,
  say: (message: string) => void = () => {},
): Promise<Credentials> {
  const hosts = [...new Set(['localhost', '127.0.0.1', '::1', host])].filter((one) => one !== '0.0.0.0' && one !== '::');
  const path = dataDir === undefined ? undefined : join(dataDir, 'credentials.json');
  const stored = path === undefined ? undefined : await readStored(path, say);
  if (stored && isUsable(stored, hosts, now)) return stored;
  const made = { token: stored?.token ?? randomBytes(24).toString('base64url'), ...makeCertificate(hosts, now) };
  if (path !== undefined) await writePrivate(path, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

async function readStored(path: string, say: (message: string) => void): Promise<Credentials | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isObject(error) && error.code === 'ENOENT') return undefined;
    throw unusable(path, error);
  });
  if (found === undefined) return undefined;
  const anew = (why: string): undefined => {
    say(`${path} ${why}: new credentials are made; take the kubeconfig again`);
    return undefined;
  };
  if (found.isDirectory()) throw unusable(path, { code: 'EISDIR' });
  if (!found.isFile() || found.size > LONGEST) return anew('is no file of credentials');
  // What everybody could read is no secret any more; a group may come with the volume.
  if ((found.mode & 0o007) !== 0) return anew('could be read by other accounts');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(path, error);
  });
  const credentials = parsed(text);
  if (credentials === undefined) anew('is damaged');
  return credentials;
}

function parsed(text: string): Credentials | undefined {
  try {
    const found: unknown = JSON.parse(text);
    if (
      isObject(found) &&
      typeof found.token === 'string' &&
      found.token.length >= 20 &&
      typeof found.key === 'string' &&
      typeof found.certificate === 'string'
    )
      return { token: found.token, key: found.key, certificate: found.certificate };
  } catch {
    // Torn or of another kind.
  }
  return undefined;
}
