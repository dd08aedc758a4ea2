import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asProcessGroup } from './process-group.js';
import { readMemo, writeMemo } from './memo-file.js';

const root = await mkdtemp('/tmp/cellplane-memo-');
afterAll(() => rm(root, { recursive: true, force: true }));
let number = 0;
const memo = { host: 'here/1', pgid: 4242, born: '17' };

const damages: Record<string, (path: string) => unknown> = {
  missing: () => {},
  empty: (path) => writeFile(path, ''),
  torn: (path) => writeFile(path, '{"host":"here'),
  binary: (path) => writeFile(path, Buffer.from([0, 255, 128])),
  'of another type': (path) => writeFile(path, '["host"]'),
  null: (path) => writeFile(path, 'null'),
  'with a number that would be everybody': (path) => writeFile(path, JSON.stringify({ ...memo, pgid: 1 })),
  'with a text for a number': (path) => writeFile(path, JSON.stringify({ ...memo, pgid: '4242' })),
  huge: (path) => writeFile(path, `"${'x'.repeat(2_000_000)}"`),
  'a directory': (path) => mkdir(path),
  'a directory that holds something': (path) => mkdir(join(path, 'x'), { recursive: true }),
  'a pipe that nobody writes to': (path) => execFileSync('mkfifo', [path]),
};

describe('a memo', () => {
  it.each(Object.entries(damages))('that is %s says nothing, and is made again', async (_, damage) => {
    const folder = join(root, String(number++));
    await mkdir(folder);
    const path = join(folder, 'process.json');
    await damage(path);
    expect(await readMemo(path, asProcessGroup)).toBeUndefined();
    await writeMemo(path, memo);
    expect(await readMemo(path, asProcessGroup)).toEqual(memo);
    expect(await readdir(folder)).toEqual(['process.json']);
  });
});
