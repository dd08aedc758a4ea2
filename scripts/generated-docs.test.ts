import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

// From the built packages, as people run them.
it('docs/system-parameters.md is what the table says', async () => {
  const script = fileURLToPath(new URL('./system-parameters-docs.mjs', import.meta.url));
  const { stderr } = await run(process.execPath, [script, '--check']);
  expect(stderr).toBe('');
}, 30_000);
