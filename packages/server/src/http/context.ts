import type { Caller } from '@cellplane/api';
import { type Context, Hono } from 'hono';

export type App = Hono<{ Variables: Variables }>;

export interface Variables {
  operation: string;
  /** Its work has begun: `whole` where a connection that was not given says that nothing was done. */
  begun?: 'whole' | 'in-parts';
  caller?: Caller;
}

export type AppContext = Context<{ Variables: Variables }>;
