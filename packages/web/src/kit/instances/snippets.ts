/** Texts that connect a program to an endpoint, ready to be pasted. Pure. */
import type { Protocol } from './protocol';

export interface Target {
  host: string;
  port: number;
  /** Absent: a place for it is left in the text. */
  user?: string | undefined;
  database?: string | undefined;
  password?: string | undefined;
}

export interface Snippet {
  /** "URI", "psql", "Node". */
  name: string;
  text: string;
}

type Make = (target: Filled) => Snippet[];

interface Filled {
  host: string;
  port: number;
  user: string;
  database: string;
  password: string;
  /** User and password as they stand in a URI. */
  auth: string;
}

/** Left for the reader to fill in. */
const USER = '<user>';
const PASSWORD = '<password>';

/** Snippets for an endpoint; of a protocol that nobody knows only its address. */
export function snippetsOf(protocol: Protocol | undefined, target: Target): Snippet[] {
  const { host, port } = target;
  if (protocol === undefined) return [{ name: 'Address', text: `${host}:${port}` }];
  const [user, password] = [target.user ?? USER, target.password ?? PASSWORD];
  const auth = `${inUri(user)}:${inUri(password)}`;
  return MAKERS[protocol]({ host, port, user, password, auth, database: target.database ?? DATABASES[protocol] ?? '' });
}

/** A name that is there unless somebody says otherwise. */
const DATABASES: Partial<Record<Protocol, string>> = { postgres: 'postgres', clickhouse: 'default' };

/** Places that are left open stay readable. */
function inUri(text: string): string {
  return text.startsWith('<') || /^•+$/.test(text) ? text : encodeURIComponent(text);
}

const lines = (...text: string[]) => text.join('\n');

const postgres: Make = ({ host, port, user, password, database, auth }) => {
  const uri = `postgres://${auth}@${host}:${port}/${database}`;
  return [
    { name: 'URI', text: uri },
    { name: 'psql', text: `psql "${uri}"` },
    {
      name: 'Node',
      text: lines("import pg from 'pg';", '', `const pool = new pg.Pool({ connectionString: '${uri}' });`, "await pool.query('select 1');"),
    },
    {
      name: 'Python',
      text: lines('import psycopg', '', `with psycopg.connect("${uri}") as connection:`, '    connection.execute("select 1")'),
    },
    { name: 'JDBC', text: `jdbc:postgresql://${host}:${port}/${database}?user=${user}&password=${password}` },
    { name: 'Go', text: lines('import "github.com/jackc/pgx/v5"', '', `conn, err := pgx.Connect(ctx, "${uri}")`) },
  ];
};

const mysql: Make = ({ host, port, user, password, database, auth }) => {
  const uri = `mysql://${auth}@${host}:${port}/${database}`;
  return [
    { name: 'URI', text: uri },
    { name: 'mysql', text: `mysql --host=${host} --port=${port} --user=${user} --password ${database}`.trimEnd() },
    { name: 'Node', text: lines("import mysql from 'mysql2/promise';", '', `const connection = await mysql.createConnection('${uri}');`) },
    {
      name: 'Python',
      text: lines(
        'import pymysql',
        '',
        `connection = pymysql.connect(host="${host}", port=${port}, user="${user}", password="${password}", database="${database}")`,
      ),
    },
    { name: 'JDBC', text: `jdbc:mysql://${host}:${port}/${database}?user=${user}&password=${password}` },
    {
      name: 'Go',
      text: lines(
        'import _ "github.com/go-sql-driver/mysql"',
        '',
        `db, err := sql.Open("mysql", "${user}:${password}@tcp(${host}:${port})/${database}")`,
      ),
    },
  ];
};

const redis: Make = ({ host, port, password }) => {
  const uri = `redis://:${inUri(password)}@${host}:${port}/0`;
  return [
    { name: 'URI', text: uri },
    { name: 'redis-cli', text: `redis-cli -h ${host} -p ${port} --askpass` },
    {
      name: 'Node',
      text: lines("import { createClient } from 'redis';", '', `const client = await createClient({ url: '${uri}' }).connect();`),
    },
    { name: 'Python', text: lines('import redis', '', `client = redis.Redis.from_url("${uri}")`) },
    { name: 'Go', text: lines('import "github.com/redis/go-redis/v9"', '', `options, err := redis.ParseURL("${uri}")`) },
  ];
};

const mongodb: Make = ({ host, port, database, auth }) => {
  const uri = `mongodb://${auth}@${host}:${port}/${database}`;
  return [
    { name: 'URI', text: uri },
    { name: 'mongosh', text: `mongosh "${uri}"` },
    {
      name: 'Node',
      text: lines("import { MongoClient } from 'mongodb';", '', `const client = await new MongoClient('${uri}').connect();`),
    },
    { name: 'Python', text: lines('from pymongo import MongoClient', '', `client = MongoClient("${uri}")`) },
  ];
};

const kafka: Make = ({ host, port }) => [
  { name: 'Bootstrap', text: `bootstrap.servers=${host}:${port}` },
  { name: 'kcat', text: `kcat -b ${host}:${port} -L` },
  { name: 'Node', text: lines("import { Kafka } from 'kafkajs';", '', `const kafka = new Kafka({ brokers: ['${host}:${port}'] });`) },
  {
    name: 'Python',
    text: lines('from confluent_kafka import Producer', '', `producer = Producer({"bootstrap.servers": "${host}:${port}"})`),
  },
];

const web =
  (scheme: 'http' | 'https'): Make =>
  ({ host, port }) => {
    const usual = port === (scheme === 'http' ? 80 : 443);
    const url = `${scheme}://${host}${usual ? '' : `:${port}`}`;
    return [
      { name: 'URL', text: url },
      { name: 'curl', text: `curl -i ${url}` },
    ];
  };

const MAKERS: Record<Protocol, Make> = {
  postgres,
  mysql,
  redis,
  mongodb,
  kafka,
  amqp: ({ auth, host, port }) => [{ name: 'URI', text: `amqp://${auth}@${host}:${port}/` }],
  cassandra: ({ host, port, user }) => [{ name: 'cqlsh', text: `cqlsh ${host} ${port} -u ${user}` }],
  clickhouse: ({ host, port, user, database }) => [
    { name: 'URL', text: `http://${host}:${port}/?database=${database}` },
    { name: 'curl', text: `curl --user ${user} 'http://${host}:${port}/?query=select+1'` },
  ],
  http: web('http'),
  https: web('https'),
};
