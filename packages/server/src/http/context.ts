import { type Context, Hono } from 'hono';
import type { RecordedCall } from '../audit/record.js';

export type App = Hono<{ Variables: Variables }>;

export interface Variables {
  operation: string;
  /** Its work has begun: `whole` where a connection that was not given says that nothing was done. */
  begun?: 'whole' | 'in-parts';
  /** For the log. */
  caller?: { userId: string };
  /** Goes through the audit trail and the log, and back to the client. */
  correlationId: string;
  /** For the audit trail. */
  call?: RecordedCall;
  /** What a call is answered with: the code of an error, or what the handler gave. */
  outcome?: { code: string; answer: unknown; userId?: string | undefined };
}

export type AppContext = Context<{ Variables: Variables }>;
