// Writes docs/settings.md from the table of the server. Run after a build: node scripts/settings-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { SETTING_GROUPS, SETTINGS } from '../packages/server/dist/settings.js';

const target = new URL('../docs/settings.md', import.meta.url);

const INTRODUCTION = `# Settings

The server reads its settings from environment variables when it starts. A variable that is empty counts as not set; one that cannot be used ends the start with a
message that names it and says what would be right. This page is made from the server's own table: \`node scripts/settings-docs.mjs\`.
`;

const escape = (text) => text.replaceAll('|', '\\|');

const groups = Object.entries(SETTING_GROUPS).map(([group, heading]) => {
  const rows = SETTINGS.filter((setting) => setting.group === group).map(
    ({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${escape(meaning)} |`,
  );
  return [`## ${heading}\n`, '| Variable | Default | Meaning |\n|---|---|---|', ...rows, ''].join('\n');
});
const text = [INTRODUCTION, ...groups].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/settings.md is out of date: run node scripts/settings-docs.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
