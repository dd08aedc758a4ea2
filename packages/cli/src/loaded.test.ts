/** What a command loads, counted: a command that only asks a server loads no schema, no plan language, no server. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/cellplane.mjs', import.meta.url));

const HOOKS = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (url.startsWith('file:')) appendFileSync(process.env.LOADED, url + '\\n');
  return next(url, context);
}`;
const WATCH = `
import { register, createRequire } from 'node:module';
import { appendFileSync } from 'node:fs';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOKS)}));
const { cache } = createRequire(import.meta.url);
process.on('exit', () => appendFileSync(process.env.LOADED, Object.keys(cache).map((path) => 'file://' + path + '\\n').join('')));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellplane-loaded-'));
  await writeFile(join(folder, 'watch.mjs'), WATCH);
});

/** Every file that the command has loaded, as it was run by a shell. */
async function loaded(args: string[], more: Record<string, string> = {}): Promise<string[]> {
  const list = join(folder, `${args.join('-').replaceAll(/\W/g, '-')}.txt`);
  await writeFile(list, '');
  const env = { ...process.env, HOME: folder, LOADED: list, ...more };
  // Nobody listens on port 1: the request is made, and refused.
  const child = spawn(process.execPath, ['--import', join(folder, 'watch.mjs'), BIN, ...args], { env, stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return [...new Set((await readFile(list, 'utf8')).split('\n').filter((line) => line !== ''))];
}

describe('a command loads', () => {
  it.each([
    [['--version'], 40],
    [['--help'], 40],
    [['instance', '--help'], 74],
    [['instance', 'list', '--server', 'http://127.0.0.1:1'], 140],
    [['workflow', 'show', 'submit-create-instance-a1-b2'], 140],
    [['login', '--email', 'a@example.com', '--password', 'x', '--server', 'http://127.0.0.1:1'], 140],
    [['build', '-f', BIN, '--name', 'x'], 140],
  ])('only what it needs: %j', async (args, most) => {
    const files = await loaded(args);
    expect(files.filter((file) => /node_modules\/typebox|packages\/(plan|server|simulator|kubernetes)\//.test(file))).toEqual([]);
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(most);
    expect(files.length).toBeGreaterThan(4);
  });

  it('nothing of the server, where it only starts one', async () => {
    // Refused as soon as the configuration is read.
    const files = await loaded(['start'], { CELLPLANE_PORT: 'x' });
    expect(files.filter((file) => file.includes('packages/server/dist/launch.js'))).toHaveLength(1);
    expect(
      files.filter((file) => /node_modules\/(typebox|hono|graphile-worker)\/|server\/dist\/(index|main|compose)\.js/.test(file)),
    ).toEqual([]);
  });
});
