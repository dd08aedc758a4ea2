// npm run test:node24: `npm test` on Node 24, whose binary is a package of the npm registry. Arguments go to vitest.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, run, waitFor } from './install.mjs';

const folder = join(root, 'scripts', 'node-24');
const bin = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');

await run(existsSync(bin) ? '' : 'Fetching Node 24 …', 'npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error']);
if (!existsSync(bin)) {
  console.error(`There is no package with Node 24 for ${process.platform} on ${process.arch}. Install Node 24, and run npm test with it.`);
  process.exit(1);
}
// Where the path has no blanks: tests make programs whose first line names it.
const place = mkdtempSync(join(tmpdir(), 'cellplane-node-24-'));
const node = join(place, 'node');
try {
  copyFileSync(join(bin, 'node'), node);
  // Tests start Node as another account too, and a checkout made under umask 077 is its owner's alone.
  for (const path of [place, node]) chmodSync(path, 0o755);
  // First in PATH: what the tests start with `node` runs on it too.
  const env = { ...process.env, PATH: `${place}${delimiter}${process.env.PATH}` };
  const child = spawn(node, [join(root, 'scripts', 'test.mjs'), ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' });
  process.exitCode = (await waitFor(child, { killAt: 2 })).code;
} finally {
  rmSync(place, { recursive: true, force: true });
}
