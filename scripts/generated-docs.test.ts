import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

// From the built packages, as people run them.
it.each(['system-parameters', 'settings', 'operations', 'access', 'not-served'])(
  'docs/%s.md is what the table says',
  async (page) => {
    const script = fileURLToPath(new URL(`./${page}-docs.mjs`, import.meta.url));
    const { stderr } = await run(process.execPath, [script, '--check']);
    expect(stderr).toBe('');
  },
  30_000,
);
