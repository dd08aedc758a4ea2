/** Commands as they are told to people: what is printed can be pasted, in this folder, of this server, in a shell. */
import { basename, delimiter, dirname, relative } from 'node:path';

/** A command line of this program: `hints('instance', 'watch', id)`. */
export type Hints = (...words: string[]) => string;

/** How this program is called: `cellplane`, `npx cellplane`, or `node` with a path. */
export function calledAs({
  script,
  env,
  folder,
}: {
  script: string | undefined;
  env: { PATH?: string | undefined; npm_command?: string | undefined };
  folder: string;
}): string {
  if (script === undefined) return 'cellplane';
  if (env.npm_command === 'exec') return 'npx cellplane';
  const isOnPath = basename(script) === 'cellplane' && (env.PATH ?? '').split(delimiter).includes(dirname(script));
  if (isOnPath) return 'cellplane';
  const near = relative(folder, script);
  const path = near.startsWith('..') ? script : near;
  if (basename(script) === 'cellplane') return quoted(path.includes('/') ? path : `./${path}`);
  return `node ${quoted(path)}`;
}

/** Says how commands are written for whoever called us this way: a server or profile that was named is named again. */
export function hintsOf(
  { calledAs: program = 'cellplane' }: { calledAs?: string },
  { server, profile }: { server?: string | undefined; profile?: string | undefined },
): Hints {
  const again = server !== undefined ? ['--server', quoted(server)] : profile !== undefined ? ['--profile', quoted(profile)] : [];
  return (...words) => [program, ...words.map(quoted), ...(words.includes('--profile') ? [] : again)].join(' ');
}

/** A word as a shell reads it back; `…` stands for what the reader fills in. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
