/** Loaded into a server under test with `--import`: appends each statement that it sends, with the connection, as a line of JSON to the file that the environment names. */
import { appendFileSync } from 'node:fs';
import pg from 'pg';

const file = process.env['CELLPLANE_TEST_STATEMENTS'];
if (file !== undefined) {
  const { value: query } = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query');
  pg.Client.prototype.query = function counted(config, ...rest) {
    const text = typeof config === 'string' ? config : config.text;
    // Whether a statement is prepared is no part of it (packages/server/src/database/prepared.ts).
    const bare = text.replace('/* prepared */', '').replace(/\s+/g, ' ').trim();
    appendFileSync(file, `${JSON.stringify([this.processID, bare])}\n`);
    return query.call(this, config, ...rest);
  };
}
