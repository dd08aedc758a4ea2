import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Time is the database's (server/src/database/clock.ts), how long something takes is the monotonic clock's: copies of the program have
// wall clocks of their own, and one may be an hour ahead.
const root = fileURLToPath(new URL('..', import.meta.url));

/** File → why it may read the wall clock. */
const allowed: Record<string, string> = {
  'packages/server/src/watchdog/watchdog-thread.ts': 'the time of a line in the log',
  'packages/server/src/log.ts': 'the time of a line in the log',
  'packages/server/src/exec/former-folders.ts': 'compared with the times of files on the same machine',
};

const files = ['plan', 'server'].flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.testing.ts'))
    .map((file) => join('packages', name, 'src', file)),
);

it('the wall clock of a copy is read nowhere', () => {
  expect(files.length).toBeGreaterThan(100);
  const wallClock = /\bDate\.now\b|\bnew Date\(\)|(?<!new )\bDate\(\)|\bperformance\.timeOrigin\b/;
  const reads = files.filter((file) => allowed[file] === undefined && wallClock.test(readFileSync(join(root, file), 'utf8')));
  expect(reads).toEqual([]);
});
