import { describe, expect, it } from 'vitest';
import { addressOf, loginOf, snippetOf, uriOf } from './connection.js';

const pg = { name: 'writer', host: 'db.example', ports: [5432], primary: true, network: 'PUBLIC' };

describe('a connection', () => {
  it('takes user and database from the plan’s values, the command’s own first', () => {
    expect(loginOf({ databaseName: 'app', Username: 'ann' }, {})).toEqual({ user: 'ann', database: 'app' });
    expect(loginOf({ databaseName: 'app', size: 3, user: '' }, { user: 'bob' })).toEqual({ user: 'bob', database: 'app' });
  });

  it('has a URI where the port tells the protocol, never with a password', () => {
    expect(uriOf(pg, { user: 'a n', database: 'x/y' })).toBe('postgresql://a%20n@db.example:5432/x%2Fy');
    expect(uriOf({ ...pg, host: '::1', ports: [6379] }, {})).toBe('redis://[::1]:6379');
    expect(uriOf({ ...pg, ports: [9999] }, {})).toBeUndefined();
    expect(addressOf({ ...pg, ports: [] })).toBe('db.example');
  });

  it.each([
    ['psql', "psql -h db.example -p 5432 -U ann -d 'my db'"],
    ['node', 'new pg.Client({ host: "db.example", user: "ann", database: "my db", port: 5432, password: process.env.PGPASSWORD })'],
    ['python', 'psycopg.connect(host="db.example", user="ann", dbname="my db", port=5432, password=os.environ["PGPASSWORD"])'],
    ['java', 'DriverManager.getConnection("jdbc:postgresql://db.example:5432/my%20db", "ann", System.getenv("PGPASSWORD"))'],
    ['go', 'pgx.Connect(ctx, "postgresql://ann@db.example:5432/my%20db") // reads PGPASSWORD'],
    ['uri', 'postgresql://ann@db.example:5432/my%20db'],
    ['generic', 'nc -vz db.example 5432'],
  ] as const)('has a line for %s', (driver, line) => {
    expect(snippetOf(driver, pg, { user: 'ann', database: 'my db' })).toBe(line);
  });

  it('has no line for a client of another protocol', () => {
    expect(snippetOf('psql', { ...pg, ports: [6379] }, {})).toBeUndefined();
    expect(snippetOf('generic', { ...pg, ports: [] }, {})).toBeUndefined();
  });
});
