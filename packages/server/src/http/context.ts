import { type Context, Hono } from 'hono';

export type App = Hono<{ Variables: Variables }>;

export interface Variables {
  operation: string;
  /** Its work has begun: `whole` where a connection that was not given says that nothing was done. */
  begun?: 'whole' | 'in-parts';
  /** For the log. */
  caller?: { userId: string };
}

export type AppContext = Context<{ Variables: Variables }>;
