// Runs vitest and ends with the one line that says what happened: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './install.mjs';

/** Runs the tests of a vitest configuration. Returns the counts; `ok` is vitest's own verdict, unhandled errors included. */
export function vitest(config, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cellplane-tests-'));
  const report = join(folder, 'report.json');
  try {
    const done = spawnSync(
      process.execPath,
      [
        `${root}node_modules/vitest/vitest.mjs`,
        'run',
        '--config',
        config,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, ok: false };
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails no test of its own: count it.
    const brokenFiles = counts.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    return {
      passed: counts.numPassedTests,
      failed: counts.numFailedTests + brokenFiles,
      skipped: counts.numPendingTests + counts.numTodoTests,
      ok: done.status === 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the closing line and sets the exit code. */
export function conclude({ passed, failed, skipped, ok }) {
  const lost = !ok && failed === 0 ? 1 : failed;
  if (process.env.CELLPLANE_TEST_COUNTS) appendFileSync(process.env.CELLPLANE_TEST_COUNTS, `${passed} ${lost} ${skipped}\n`);
  console.log(`${passed} passed, ${lost} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = ok && lost === 0 && passed > 0 ? 0 : 1;
}
