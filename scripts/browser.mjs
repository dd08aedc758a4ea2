// The browser that the tests of the web application drive. Where there is none, and this may install one, it is installed.
import { existsSync } from 'node:fs';
import { run } from './install.mjs';

const PLACES = [process.env.CELLPLANE_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function installBrowser() {
  if (PLACES.some((path) => path && existsSync(path))) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(
      'There is no Chromium on this machine: tests in a browser are skipped. Install it, or set CELLPLANE_TEST_CHROMIUM to its path.',
    );
    return;
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('Installing Chromium, for tests in a browser …', 'apt-get', ['update', '-qq'], { env });
  await run('', 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
}
