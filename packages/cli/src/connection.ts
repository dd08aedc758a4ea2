/** How a program connects to an instance: address, URI, and lines to paste. Pure. */
import { quoted } from './hint.js';

export const DRIVERS = ['psql', 'node', 'python', 'java', 'go', 'uri', 'generic'] as const;
export type Driver = (typeof DRIVERS)[number];

export interface Endpoint {
  name: string;
  host: string;
  ports: readonly number[];
  primary: boolean;
  network: string;
}

export interface Login {
  user?: string | undefined;
  database?: string | undefined;
}

/** Well-known ports → scheme of a URI. What is none of them is told as host and port. */
const SCHEMES: Record<number, string> = {
  5432: 'postgresql',
  3306: 'mysql',
  6379: 'redis',
  27017: 'mongodb',
  80: 'http',
  443: 'https',
  8080: 'http',
  8443: 'https',
};

/** Parameters and outputs under which plans keep the login. The first that has a value counts. */
const USER_KEYS = ['username', 'user', 'databaseUser', 'dbUser', 'adminUser', 'owner'];
const DATABASE_KEYS = ['databaseName', 'database', 'dbName', 'dbname', 'db'];

/** The login as far as parameters and outputs say it; options of the command come first. */
export function loginOf(values: Record<string, unknown>, given: Login): Login {
  const first = (keys: readonly string[]) =>
    keys.map((key) => Object.entries(values).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]).find(isText);
  return { user: given.user ?? first(USER_KEYS), database: given.database ?? first(DATABASE_KEYS) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** `postgresql://ann@host:5432/app`; without a password, which stands in no process list and no log. Undefined for unknown ports. */
export function uriOf({ host, ports }: Endpoint, { user, database }: Login): string | undefined {
  const [port] = ports;
  const scheme = port === undefined ? undefined : SCHEMES[port];
  if (scheme === undefined) return undefined;
  const login = user === undefined || scheme.startsWith('http') ? '' : `${encodeURIComponent(user)}@`;
  const path = database === undefined || scheme.startsWith('http') ? '' : `/${encodeURIComponent(database)}`;
  return `${scheme}://${login}${bracketed(host)}:${port}${path}`;
}

/** `db.example:5432`; without ports the host alone. */
export function addressOf({ host, ports }: Endpoint): string {
  return ports.length === 0 ? host : `${bracketed(host)}:${ports.join(',')}`;
}

/** Lines to paste for a driver; the password is asked for or read from the environment. Undefined where they do not fit. */
export function snippetOf(driver: Driver, endpoint: Endpoint, login: Login): string | undefined {
  const uri = uriOf(endpoint, login);
  const [port] = endpoint.ports;
  if (driver === 'generic') return port === undefined ? undefined : `nc -vz ${quoted(endpoint.host)} ${port}`;
  if (driver === 'uri') return uri;
  if (port !== 5432) return undefined;
  const { host } = endpoint;
  const { user, database } = login;
  const members = (pairs: [string, string | undefined][], write: (key: string, value: string) => string) =>
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [write(key, value)])).join(', ');
  switch (driver) {
    case 'psql':
      return ['psql', '-h', quoted(host), '-p', String(port), ...option('-U', user), ...option('-d', database)].join(' ');
    case 'node':
      return `new pg.Client({ ${members(
        [
          ['host', host],
          ['user', user],
          ['database', database],
        ],
        (key, value) => `${key}: ${JSON.stringify(value)}`,
      )}, port: ${port}, password: process.env.PGPASSWORD })`;
    case 'python':
      return `psycopg.connect(${members(
        [
          ['host', host],
          ['user', user],
          ['dbname', database],
        ],
        (key, value) => `${key}=${JSON.stringify(value)}`,
      )}, port=${port}, password=os.environ["PGPASSWORD"])`;
    case 'java':
      return `DriverManager.getConnection("jdbc:postgresql://${bracketed(host)}:${port}/${encodeURIComponent(database ?? '')}", ${user === undefined ? 'user' : JSON.stringify(user)}, System.getenv("PGPASSWORD"))`;
    case 'go':
      return `pgx.Connect(ctx, ${JSON.stringify(uri)}) // reads PGPASSWORD`;
  }
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, quoted(value)];
}

/** An IPv6 address stands between brackets. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
