/**
 * Stands between a process and PostgreSQL and breaks connections on purpose. It reads the wire as far as it must to know
 * where a query begins (messages up to Sync, or a simple Query) and where its answer ends (ReadyForQuery).
 */
import { createConnection, createServer, type Socket } from 'node:net';
import type { Random } from './random.testing.js';

export interface PostgresProxy {
  url: string;
  /** Share of queries that fail; 0 = none. A third of them is not carried out, a third comes late, a third is carried out and never answered. */
  faults: number;
  counts: { queries: number; dropped: number; late: number; unanswered: number };
  close(): Promise<void>;
}

interface Upstream {
  socketPath: string;
  user: string;
  database: string;
}

/** Longer than a lease. Milliseconds. */
const LONGEST_DELAY_MS = 4_000;

const SYNC = 0x53;
const QUERY = 0x51;
const FLUSH = 0x48;
const TERMINATE = 0x58;
const READY = 0x5a;

export async function startPostgresProxy(upstream: Upstream, random: Random): Promise<PostgresProxy> {
  const open = new Set<Socket>();
  const counts = { queries: 0, dropped: 0, late: 0, unanswered: 0 };
  const server = createServer({ noDelay: true }, (near) => {
    const far = createConnection(upstream.socketPath);
    const end = () => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    open.add(near);
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    let swallowing = false;
    /** What came behind a late query. */
    let behind: Buffer[] | undefined;
    const send = (unit: Buffer) => {
      if (behind === undefined) far.write(unit);
      else behind.push(unit);
    };
    let pending: Buffer[] = [];
    const fromClient = reader(true, (message, type) => {
      pending.push(message);
      if (type !== undefined && type !== SYNC && type !== QUERY && type !== FLUSH && type !== TERMINATE) return;
      const unit = Buffer.concat(pending);
      pending = [];
      if (type === SYNC || type === QUERY) {
        counts.queries += 1;
        if (proxy.faults > 0 && random.chance(proxy.faults)) {
          const kind = random.below(3);
          if (kind === 0) {
            counts.dropped += 1;
            return end();
          }
          if (kind === 1) {
            counts.late += 1;
            if (behind === undefined) {
              behind = [];
              setTimeout(() => {
                const units = behind ?? [];
                behind = undefined;
                for (const one of [unit, ...units]) far.write(one);
              }, random.next() * LONGEST_DELAY_MS).unref();
              return;
            }
          } else {
            counts.unanswered += 1;
            swallowing = true;
          }
        }
      }
      send(unit);
    });
    const fromServer = reader(false, (message, type) => {
      if (!swallowing) near.write(message);
      else if (type === READY) end();
    });
    near.on('data', fromClient);
    far.on('data', fromServer);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: PostgresProxy = {
    url: `postgresql://${upstream.user}@127.0.0.1:${port}/${upstream.database}`,
    faults: 0,
    counts,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Cuts a stream into messages. The client's first one, the startup message, has no type. */
function reader(startup: boolean, onMessage: (message: Buffer, type: number | undefined) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let typed = !startup;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const head = typed ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = typed ? message[0] : undefined;
      typed = true;
      onMessage(message, type);
    }
  };
}
