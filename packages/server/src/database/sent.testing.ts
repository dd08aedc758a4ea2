/** The statements that a piece of work sends. */
import type { Pool, PoolClient } from 'pg';

export interface Sent {
  text: string;
  values: unknown[];
}

/** Statements with their values that go through this pool while the work goes on, also those of other work. */
export async function sentDuring({ pool }: { pool: Pool }, work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const queries = new Map<PoolClient, (text: string, values?: unknown[]) => Promise<unknown>>();
  const connect = pool.connect.bind(pool);
  const listening = async (): Promise<PoolClient> => {
    const client = await connect();
    if (queries.has(client)) return client;
    const query = client.query.bind(client) as unknown as (text: string, values?: unknown[]) => Promise<unknown>;
    queries.set(client, query);
    client.query = ((text: string, values: unknown[] = []) => {
      sent.push({ text, values });
      return query(text, values);
    }) as unknown as PoolClient['query'];
    return client;
  };
  pool.connect = listening as typeof connect;
  try {
    await work();
    return sent;
  } finally {
    pool.connect = connect;
    for (const [client, query] of queries) client.query = query as unknown as PoolClient['query'];
  }
}
