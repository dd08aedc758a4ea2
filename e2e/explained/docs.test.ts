/** docs/troubleshooting.md has a row for each fixture: what is written there is what is tested. */
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Fixture } from './fixture.testing.js';
import { FIXTURES } from './fixtures.testing.js';

const PAGE = new URL('../../docs/troubleshooting.md', import.meta.url);
const [BEGIN, END] = ['<!-- rows of the fixtures: begin -->', '<!-- rows of the fixtures: end -->'];

function rows(fixtures: Fixture[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const lines = fixtures.map(
    ({ title, says, ends, means, cure }) =>
      `| ${cell(title)} | ${says.map((one) => `\`\` ${cell(one)} \`\``).join(' … ')} | ${ends} | ${cell(means)} | ${cell(cure)} |`,
  );
  return ['| state | it says | | it means | what to do |', '|---|---|---|---|---|', ...lines].join('\n');
}

it('says of each state what the tests hold (write it with UPDATE_DOCS=1)', async () => {
  const page = await readFile(PAGE, 'utf8');
  const [before = '', rest = ''] = page.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const wanted = `${before}${BEGIN}\n\n${rows(FIXTURES)}\n\n${END}${after}`;
  if (process.env['UPDATE_DOCS'] !== undefined) await writeFile(PAGE, wanted);
  expect(await readFile(PAGE, 'utf8')).toBe(wanted);
});
