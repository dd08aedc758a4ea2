/** Servers as processes of their own, for tests of what they leave and of two at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const built = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** A server process of its own, from the built program, that has a data directory. */
export async function startElsewhere(
  dataDir: string,
  { program: dist = built, uid, umask = 0o022 }: { program?: string; uid?: number; umask?: number } = {},
): Promise<ChildProcess> {
  const module = join(dist, 'database/embedded/embedded.js');
  const log = '{debug(){},info(){},warn(){},error(){}}';
  const program = `process.umask(${umask}); const { startEmbedded } = await import(${JSON.stringify(module)});
    await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: ${log}, onLost: () => {} });
    console.log('ready'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
  expect(first[0]).toBe('ready');
  return child;
}

/** The number in the postmaster's file. */
export async function postmasterIn(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
}
