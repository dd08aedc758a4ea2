// npm start: installs and builds where needed, then runs the `start` command of the CLI: server, example plan, instance, RUNNING.
import { spawn } from 'node:child_process';
import { makeReady, root, waitFor } from './install.mjs';

await makeReady();

// Over the channel the child notices when this process ends, however that happens.
const child = spawn(process.execPath, [`${root}packages/cli/bin/cellplane.mjs`, 'start', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// The terminal sends Ctrl-C to the whole group: the child has heard of it already.
const { code } = await waitFor(child, { forwards: process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP'] });
process.exit(code);
