/**
 * Errors that say nothing about what was asked: the database is away, or a transaction gave way to others. Nothing of it was
 * kept (or, where the connection went in the commit, nobody knows), and the same may be asked again.
 */

/** SQLSTATE classes and socket errors that say that the database is away, or has ended the connection (25P03: idle for too long in a transaction), not that the statement was wrong. */
const AWAY = /^(08|57P0|53300|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)/;
/** The driver's own, which have no code. */
const AWAY_WORDS = /Connection terminated|encountered a connection error|timeout exceeded when trying to connect/;
/** No connection was given: nothing was asked on it. */
const NO_CONNECTION = /^(57P03|53300|ECONNREFUSED|ENOENT)/;
const NO_CONNECTION_WORDS = /timeout exceeded when trying to connect/;
/** SQLSTATEs of a transaction that gave way to others: a lock that did not come in time, a deadlock, a write that came between. */
const BUSY = /^(55P03|40P01|40001)$/;

/** The database did not answer. */
export function isAway(thrown: unknown): boolean {
  return thrown instanceof Error && (AWAY.test(codeOf(thrown)) || AWAY_WORDS.test(thrown.message));
}

/** The database is away, and what was asked of it was never said to it. */
export function gotNoConnection(thrown: unknown): boolean {
  return thrown instanceof Error && (NO_CONNECTION.test(codeOf(thrown)) || NO_CONNECTION_WORDS.test(thrown.message));
}

/** The transaction was rolled back in favour of others. */
export function gaveWay(thrown: unknown): boolean {
  return BUSY.test(codeOf(thrown));
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string')) return '';
  // A socket that is not there; a file that is not says nothing of the database.
  return thrown.code === 'ENOENT' && 'syscall' in thrown && thrown.syscall !== 'connect' ? '' : thrown.code;
}
