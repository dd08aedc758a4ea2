import type { Socket } from 'node:net';
import type pg from 'pg';

/**
 * Ends a connection on which a statement gets no answer for so long. A host that vanishes says nothing: without this its
 * connections would be waited for until the operating system gives them up, a quarter of an hour later, though another host has
 * taken its address since. The limit must lie above what the server allows a statement.
 */
export function endWhenSilent(client: pg.PoolClient, limitMs: number): void {
  // What the driver does not say in its types.
  const { connection } = client as unknown as { connection: { stream: Socket } };
  connection.stream.setTimeout(limitMs, () => {
    const { readyForQuery } = client as unknown as { readyForQuery: boolean | null };
    if (readyForQuery !== true) connection.stream.destroy(new Error(`Connection terminated: no answer within ${limitMs} ms`));
  });
}
