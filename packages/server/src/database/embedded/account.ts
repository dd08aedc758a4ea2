import { readFile } from 'node:fs/promises';
import { runCommand } from '../../exec/child-process.js';
import { DatabaseError } from '../database.js';

/** The account PostgreSQL runs under; it refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/** Undefined = our own account. As root: `postgres`, else `nobody`; both usually exist. Throws if neither does. */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const account = await lookUp(name);
    if (account !== undefined) return account;
  }
  throw new DatabaseError(
    'PostgreSQL does not run as root, and this machine has neither an account "postgres" nor "nobody". Run Cellplane as another user, or set DATABASE_URL.',
  );
}

async function lookUp(name: string): Promise<Account | undefined> {
  const known = { uid: await numberOf('-u', name), gid: await numberOf('-g', name) };
  if (known.uid > 0 && !Number.isNaN(known.gid)) return { ...known, name };
  // Minimal images may lack `id`; then the file is all there is.
  const line = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid !== undefined && gid !== undefined && Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid), name } : undefined;
}

/** Number of an account (`-u`) or of its group (`-g`), as `id` says it; NaN where it does not. */
async function numberOf(flag: '-u' | '-g', name: string): Promise<number> {
  const answer = await runCommand({ program: 'id', args: [flag, name], cwd: '/', timeoutMs: 10_000, ifMissing: '' }).catch(() => undefined);
  return answer?.exitCode === 0 ? Number(answer.stdout) : Number.NaN;
}
