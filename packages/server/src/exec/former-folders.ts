/** Work folders that former versions of the program made in the system's temporary folder, where a kill left them for ever. */
import { lstat, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As `mkdtemp` named them. */
const NAME = /^cellplane-exec-[A-Za-z0-9]{6}$/;
/** A server of a former version that is at work beside us has just made its folder, or has a child in it. Milliseconds. */
const JUST_MADE_MS = 1_000;
/** Where the system doesn't tell what its processes work in, nothing of theirs takes so long. Milliseconds. */
const LONGEST_MS = 900_000;

/** Removes those of this account that nothing works in. Links, and what belongs to others, stay. */
export async function removeFormerFolders(temporary: string = tmpdir()): Promise<void> {
  const names = (await readdir(temporary)).filter((name) => NAME.test(name));
  if (names.length === 0) return;
  const inUse = await foldersInUse();
  for (const path of names.map((name) => join(temporary, name))) {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
    const age = Date.now() - found.mtimeMs;
    const isUsed =
      inUse === undefined ? age < LONGEST_MS : age < JUST_MADE_MS || inUse.some((one) => one === path || one.startsWith(`${path}/`));
    if (!isUsed) await rm(path, { recursive: true, force: true });
  }
}

/** Folders that processes of this account work in; undefined where the system doesn't tell. */
async function foldersInUse(): Promise<string[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return found.filter((path) => path !== '');
}
