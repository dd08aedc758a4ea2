/** What PostgreSQL says of a statement without executing it. */
import type { Client, Connection, Submittable } from 'pg';

/** A column of the answer. */
export interface Described {
  name: string;
  /** Where it comes from as it is: table and number of its column; 0, 0 for an expression. */
  tableID: number;
  columnID: number;
  dataTypeID: number;
}

/** The connection's side of `pg` that its types leave out. */
interface Wire {
  parse(query: { text: string; name: string; types: number[] }): void;
  describe(what: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Columns that the statement would answer. Rejects with PostgreSQL's error for one that it would not take. */
export function describeStatement(client: Client, text: string): Promise<Described[]> {
  return new Promise((resolve, reject) => {
    let columns: Described[] = [];
    const question: Submittable & Record<string, unknown> = {
      submit(connection: Connection) {
        const wire = connection as unknown as Wire;
        wire.parse({ text, name: '', types: [] });
        wire.describe({ type: 'S', name: '' });
        wire.sync();
      },
      handleRowDescription: (message: { fields: Described[] }) => (columns = message.fields),
      handleError: reject,
      handleReadyForQuery: () => resolve(columns),
    };
    client.query(question);
  });
}
