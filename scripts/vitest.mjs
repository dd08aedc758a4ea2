// Runs vitest and ends with the one line that says what happened: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './install.mjs';
import { requireNodeOfTests } from './node-of-tests.mjs';

/** Runs the tests of a vitest configuration. Returns the counts and what failed; `ok` is vitest's own verdict. */
export function vitest(config, args, env = {}) {
  requireNodeOfTests();
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
        `--reporter=${root}scripts/vitest-counts.mjs`,
        ...args,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ...env, CELLPLANE_TEST_REPORT: report } },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: [`${config}: vitest ended without a report`], ok: false };
    return { ...JSON.parse(readFileSync(report, 'utf8')), ok: done.status === 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the closing line and sets the exit code. CELLPLANE_TEST_COUNTS and CELLPLANE_TEST_FAILURES name files that get a line more. */
export function conclude({ passed, failed, skipped, failures, ok }) {
  const isUntold = !ok && failed === 0;
  const told = isUntold ? ['vitest ended with an error; its output above says why'] : failures;
  const lost = isUntold ? 1 : failed;
  if (process.env.CELLPLANE_TEST_COUNTS) appendFileSync(process.env.CELLPLANE_TEST_COUNTS, `${passed} ${lost} ${skipped}\n`);
  if (process.env.CELLPLANE_TEST_FAILURES) appendFileSync(process.env.CELLPLANE_TEST_FAILURES, told.map((one) => `${one}\n`).join(''));
  console.log(`${passed} passed, ${lost} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = ok && lost === 0 && passed > 0 ? 0 : 1;
}
