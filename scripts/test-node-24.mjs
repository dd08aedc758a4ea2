// npm run test:node24: `npm test` on Node 24, whose binary is a package of the npm registry. Arguments go to vitest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run, waitFor } from './install.mjs';

const folder = join(root, 'scripts', 'node-24');
const bin = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');

await run(existsSync(bin) ? '' : 'Fetching Node 24 …', 'npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error']);
if (!existsSync(bin)) {
  console.error(`There is no package with Node 24 for ${process.platform} on ${process.arch}. Install Node 24, and run npm test with it.`);
  process.exit(1);
}
// First in PATH: what the tests start with `node` runs on it too.
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const child = spawn(join(bin, 'node'), [join(root, 'scripts', 'test.mjs'), ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' });
const { code } = await waitFor(child, { killAt: 2 });
process.exitCode = code;
