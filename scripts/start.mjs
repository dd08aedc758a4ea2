// npm start: installs and builds where needed, then runs the `start` command of the CLI: server, example plan, instance, RUNNING.
import { spawn } from 'node:child_process';
import { build, install, root } from './install.mjs';

install();
build();

const child = spawn(process.execPath, [`${root}packages/cli/bin/cellplane.mjs`, 'start', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to the whole group; the child stops cleanly and this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
