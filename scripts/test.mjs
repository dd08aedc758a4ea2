// npm test: everything that needs no root and no cluster. Arguments go to vitest: npm test -- packages/plan
import { build, install, root } from './install.mjs';
import { installBrowser } from './browser.mjs';
import { requireNodeOfTests } from './node-of-tests.mjs';

requireNodeOfTests();
await install();
await build();
await installBrowser();
const { conclude, vitest } = await import('./vitest.mjs');
conclude(vitest(`${root}vitest.config.ts`, process.argv.slice(2)));
