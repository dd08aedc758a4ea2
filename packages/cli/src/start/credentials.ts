import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../failure.js';

/** A sign-in. */
export interface Credentials {
  email: string;
  password: string;
}

/** The first provider user's sign-in, and those of the example's customers. */
export interface SignIns extends Credentials {
  customers: Credentials[];
}

/** The example's customers. Their addresses get no mail: nobody has a domain below `example`. */
export const CUSTOMERS = [
  { email: 'ada@acme.example', name: 'Ada', company: 'Acme' },
  { email: 'bo@globex.example', name: 'Bo', company: 'Globex' },
] as const;

/** Where the sign-ins are kept. */
export function signInFile(dataDir: string): string {
  return join(dataDir, 'provider-sign-in.json');
}

/**
 * The sign-ins that the start command uses: the provider's from the environment, else from the data directory, else made up; all are kept
 * there (mode 0600) before anything is asked of the server, so that a second start can sign in again wherever the first one ended.
 */
export async function startCredentials(dataDir: string, given: Partial<Credentials>): Promise<SignIns> {
  const file = signInFile(dataDir);
  const kept = await readKept(file);
  const signIns = {
    email: given.email ?? kept?.email ?? 'provider@cellplane.local',
    password: given.password ?? kept?.password ?? newPassword(),
    customers: CUSTOMERS.map(({ email }) => kept?.customers.find((one) => one.email === email) ?? { email, password: newPassword() }),
  };
  if (JSON.stringify(kept) !== JSON.stringify(signIns)) {
    await mkdir(dataDir, { recursive: true });
    await writeFile(file, `${JSON.stringify(signIns)}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
  }
  return signIns;
}

function newPassword(): string {
  return randomBytes(12).toString('base64url');
}

/** Made again where it is damaged: the server takes the provider's password that it is given. Customers came later than the file. */
async function readKept(file: string): Promise<SignIns | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { customers?: unknown } | null;
    if (!isSignIn(kept)) return undefined;
    const customers = Array.isArray(kept.customers) ? kept.customers.filter(isSignIn) : [];
    return { email: kept.email, password: kept.password, customers: customers.map(({ email, password }) => ({ email, password })) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ENOENT') return undefined;
    throw new CommandFailure('unusable_file', `${file} cannot be read (${(error as Error).message}). Remove it; a new one is made.`);
  }
}

function isSignIn<T>(value: T): value is T & Credentials {
  const { email, password } = (value ?? {}) as Partial<Record<keyof Credentials, unknown>>;
  return typeof email === 'string' && typeof password === 'string';
}
