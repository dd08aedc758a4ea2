// npm test: everything that needs no root and no cluster. Arguments go to vitest: npm test -- packages/plan
import { makeReady, root } from './install.mjs';
import { installBrowser } from './browser.mjs';
import { requireNodeOfTests } from './node-of-tests.mjs';

requireNodeOfTests();
await makeReady();
await installBrowser();
const { conclude, vitest } = await import('./vitest.mjs');
conclude(vitest(`${root}vitest.config.ts`, process.argv.slice(2)));
