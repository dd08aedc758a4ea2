/** How many rows a piece of work reads. */
import type { Pool, PoolClient, QueryResult } from 'pg';

/** Rows that statements whose text matches answer through this pool while the work goes on; other work on it counts, too. */
export async function rowsRead({ pool }: { pool: Pool }, of: RegExp, work: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  const queries = new Map<PoolClient, (text: string, values: unknown[]) => Promise<QueryResult>>();
  const connect = pool.connect.bind(pool);
  const counted = async (): Promise<PoolClient> => {
    const client = await connect();
    if (queries.has(client)) return client;
    const query = client.query.bind(client) as unknown as (text: string, values: unknown[]) => Promise<QueryResult>;
    queries.set(client, query);
    client.query = (async (text: string, values: unknown[]) => {
      const answer = await query(text, values);
      if (of.test(text)) rows += answer.rows.length;
      return answer;
    }) as unknown as PoolClient['query'];
    return client;
  };
  pool.connect = counted as typeof connect;
  try {
    await work();
    return rows;
  } finally {
    pool.connect = connect;
    for (const [client, query] of queries) client.query = query as unknown as PoolClient['query'];
  }
}
