import { createHash } from 'node:crypto';
import type pg from 'pg';

/** What a statement begins with that is to be prepared: `sql`\`/* prepared *\/ select …\`` with every value as a parameter. */
const MARK = '/* prepared */';

/**
 * Makes a connection parse and plan a marked statement once instead of each time. For the few long statements that are sent
 * often: planning them is two thirds of their cost. Their columns must be named one by one, since a prepared `select *` fails
 * after a migration has added a column.
 */
export function prepareMarked(client: pg.PoolClient): void {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  const query = (text: unknown, values?: unknown, ...rest: unknown[]): unknown =>
    typeof text === 'string' && text.trimStart().startsWith(MARK) && Array.isArray(values)
      ? send({ name: nameOf(text), text, values }, ...rest)
      : send(text, values, ...rest);
  client.query = query as typeof client.query;
}

const names = new Map<string, string>();

/** The statement's name: a hash of its text, because a name may never stand for two texts on one connection. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `cellplane_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`));
  return name;
}
