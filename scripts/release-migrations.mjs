// Adds the hashes of new migrations to packages/server/migrations/released.sha256. Run before a release; from then on those files
// never change. Refuses if a released file is another or gone, or if a new one has a number below a released one.
// The file is in the form of `sha256sum`: `cd packages/server/migrations && sha256sum -c released.sha256`.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../packages/server/migrations/', import.meta.url));
const list = `${folder}released.sha256`;

const released = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
const lines = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(folder + file))
        .digest('hex')}  ${file}`,
  );

const wrong = released.find((line, index) => lines[index] !== line);
if (wrong !== undefined) {
  console.error(
    `${wrong.split('  ')[1]} was released and is not the same any more, or a new migration has a number below it. Give it back, and write a new migration.`,
  );
  process.exit(1);
}
writeFileSync(list, `${lines.join('\n')}\n`);
for (const line of lines.slice(released.length)) console.log(`released: ${line.split('  ')[1]}`);
