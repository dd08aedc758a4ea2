/** The plan that docs/tutorial.md arrives at works in a simulation, through its whole life. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

it('examples/mariadb-operator lives as the tutorial says', { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-examples-'));
  await chmod(folder, 0o711);
  const args = [
    path('packages/cli/bin/cellplane.mjs'),
    'simulate',
    '-f',
    path('examples/mariadb-operator/spec.yaml'),
    '--all',
    '--task-timeout',
    '5m',
  ];
  try {
    // A step of a busy machine takes longer than the minute that a person waits. The journey is on stdout, also of one that fails.
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, TMPDIR: folder } }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toContain(
      'Verdict: in the simulation the plan works: create, backup, restore, delete of what restore made, deleteBackup, modify, delete succeeded.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
