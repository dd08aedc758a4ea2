/**
 * Limits on requests without a session. Such a request costs the client nothing and the server much (a password hash takes 64 MiB and a
 * core for 0.2 s), so only a few of them are worked on at once, whoever sends them.
 */
import { DomainError, tooManyRequests } from '../errors.js';
import { NoTurn, Turns, type TurnsOptions } from './turns.js';

/** The client of a request without a session. */
export interface Visitor {
  /** The address of the client, see `clientAddress`. */
  address: string;
  /** What the client calls itself. */
  userAgent?: string;
  /** Of the request. */
  correlationId?: string;
  /** Aborts when the client has gone away. */
  signal?: AbortSignal;
}

export interface Doors {
  /** A few statements on the database. */
  query<T>(visitor: Visitor, work: () => Promise<T>): Promise<T>;
  /** The hash of a password. `knownAs`: the user who has signed in at this address before; such requests go first. */
  hash<T>(visitor: Visitor & { knownAs?: string }, work: () => Promise<T>): Promise<T>;
}

/** Hashes are computed in libuv's threads, of which there are four, for files and host names, too: two stay free. */
const HASHES: TurnsOptions = { atOnce: 2, seats: 16, waitMs: 5_000 };
/** The pool has 20 connections; most of them are kept for requests with a session. */
const QUERIES: TurnsOptions = { atOnce: 4, seats: 256, waitMs: 5_000 };
/** Seconds. */
const RETRY_AFTER = 5;

/** The doors of one copy of the program. */
export function createDoors(options: { hashes?: TurnsOptions; queries?: TurnsOptions } = {}): Doors {
  const [hashes, queries] = [options.hashes ?? HASHES, options.queries ?? QUERIES];
  const hashing = new Turns(hashes);
  return {
    query: createDoor(queries),
    hash: ({ address, signal, knownAs }, work) => {
      const turn = knownAs === undefined ? { key: address } : { key: knownAs, preferred: true };
      return explained(hashes, () => hashing.run({ ...turn, ...(signal === undefined ? {} : { signal }) }, work), signal);
    },
  };
}

/** A door of its own kind: behind it so many work at a time, whoever sends them. */
export function createDoor(options: TurnsOptions): Doors['query'] {
  const turns = new Turns(options);
  return ({ address, signal }, work) =>
    explained(options, () => turns.run({ key: address, ...(signal === undefined ? {} : { signal }) }, work), signal);
}

async function explained<T>({ atOnce, seats }: TurnsOptions, run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NoTurn)
      throw tooManyRequests(
        'sign-ins-busy',
        `Too many sign-ins at once: ${atOnce} are checked at a time, and ${seats} may wait. Try again in ${RETRY_AFTER} s.`,
        RETRY_AFTER,
      );
    if (signal?.aborted === true && error === signal.reason)
      throw new DomainError('unavailable', 'nobody-waits', 'The client has gone, or the server is stopping: try again.');
    throw error;
  }
}
