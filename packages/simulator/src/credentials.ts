import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, isUsable, makeCertificate } from './http/certificate.js';
import { isObject } from './json.js';

/** What a client needs to be let in. */
export interface Credentials extends Certificate {
  token: string;
}

/**
 * The cell's token and certificate, made once and kept in the data directory, readable by their owner only; without one, new ones.
 * Plain HTTP would not do: kubectl sends tokens over TLS only.
 */
export async function readCredentials(dataDir: string | undefined, host: string, now: number): Promise<Credentials> {
  const hosts = [...new Set(['localhost', '127.0.0.1', '::1', host])].filter((one) => one !== '0.0.0.0' && one !== '::');
  const path = dataDir === undefined ? undefined : join(dataDir, 'credentials.json');
  const stored = path === undefined ? undefined : await readStored(path);
  if (stored && isUsable(stored, hosts, now)) return stored;
  const made = { token: stored?.token ?? randomBytes(24).toString('base64url'), ...makeCertificate(hosts, now) };
  if (path !== undefined) {
    await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    await chmod(path, 0o600);
  }
  return made;
}

async function readStored(path: string): Promise<Credentials | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isObject(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const found: unknown = JSON.parse(text);
  if (isObject(found) && typeof found.token === 'string' && typeof found.key === 'string' && typeof found.certificate === 'string')
    return { token: found.token, key: found.key, certificate: found.certificate };
  throw new Error(`${path} is damaged; remove it to get new credentials`);
}
