import { randomBytes } from 'node:crypto';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.js';
import type { Layout } from './layout.js';
import { EMBEDDED_USER } from './connection.js';

/**
 * Who may connect, as settings of PostgreSQL. Where it runs under another account than ours, which others may share, only we do, by
 * what the system says of who is at the other end of the socket. Where it runs under our own, its socket lies in a folder that nobody
 * else can enter. The files lie beside the data, not in them: there the account could change them.
 */
export async function accessFiles(layout: Layout, account: Account | undefined): Promise<string[]> {
  if (account === undefined) return [];
  const files = {
    hba_file: { path: join(layout.home, 'pg_hba.conf'), text: 'local all all peer map=cellplane\n' },
    ident_file: { path: join(layout.home, 'pg_ident.conf'), text: `cellplane "${userInfo().username}" ${EMBEDDED_USER}\n` },
  };
  for (const { path, text } of Object.values(files)) {
    const fresh = `${path}.${randomBytes(4).toString('hex')}`;
    await writeFile(fresh, text, { flag: 'wx', mode: 0o644 });
    // Whatever the umask says.
    await chmod(fresh, 0o644);
    await rename(fresh, path);
  }
  return Object.entries(files).map(([name, { path }]) => `${name}=${path}`);
}
