import type { Connection } from '../database.js';
import type { Layout } from './layout.js';

/** The database user of an embedded server, which owns all in it. */
export const EMBEDDED_USER = 'cellplane';
export const EMBEDDED_DATABASE = 'cellplane';

/** How to reach the server of a layout. */
export function connectionOf(layout: Layout, database: string = EMBEDDED_DATABASE): Connection {
  return { socketDir: layout.socketDir, user: EMBEDDED_USER, database };
}
