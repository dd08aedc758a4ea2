/** Which protocol an endpoint speaks, by its port and the names around it. Pure. */

export type Protocol = 'postgres' | 'mysql' | 'redis' | 'mongodb' | 'kafka' | 'amqp' | 'cassandra' | 'clickhouse' | 'http' | 'https';

const PORTS: Record<number, Protocol> = {
  5432: 'postgres',
  6432: 'postgres',
  3306: 'mysql',
  6379: 'redis',
  27017: 'mongodb',
  9092: 'kafka',
  9093: 'kafka',
  5672: 'amqp',
  9042: 'cassandra',
  8123: 'clickhouse',
  80: 'http',
  8080: 'http',
  443: 'https',
  8443: 'https',
};

/** Words of names of products, plans, images and resources that settle it where the port does not. */
const WORDS: [RegExp, Protocol][] = [
  [/postgres|cnpg|pgbouncer/i, 'postgres'],
  [/mysql|mariadb|percona/i, 'mysql'],
  [/redis|valkey|dragonfly|keydb/i, 'redis'],
  [/mongo/i, 'mongodb'],
  [/kafka|redpanda|strimzi/i, 'kafka'],
  [/rabbitmq/i, 'amqp'],
  [/cassandra|scylla/i, 'cassandra'],
];

/** Ports that other programs beside a product use so often that its name says nothing of them. */
const COMMON_SIDE_PORTS = new Set([80, 443, 8080, 8443, 9090, 9100, 9187, 3000]);

/** Undefined: nothing says it, and nothing is guessed. `named`: names of the product, plan and resource. */
export function protocolOf(port: number, named: readonly string[]): Protocol | undefined {
  const byPort = PORTS[port];
  if (byPort !== undefined) return byPort;
  if (COMMON_SIDE_PORTS.has(port)) return undefined;
  const text = named.join(' ');
  return WORDS.find(([pattern]) => pattern.test(text))?.[1];
}
