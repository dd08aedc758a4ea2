/** Lines to a descriptor, which never ends or holds up the program: what cannot be written is left out and counted. */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';

export interface LineSink {
  /** One line or several; a piece of one, where the rest comes next. */
  write(text: string | Buffer): void;
  /** Lines that were left out since the start. */
  dropped(): number;
  /** Writes what waits for a slow reader, as far as that takes it now. */
  flush(): void;
}

export interface SinkOptions {
  /** The line that tells of those that were left out, with its line end; empty where nobody is to be told. */
  notice: (lines: number, reason: string) => string;
  /** Bytes that may wait for a slow reader. @default 1 MiB */
  limit?: number;
  /** Writes; throws like `writeSync`. For tests. */
  put?: (bytes: Buffer) => number;
}

/** A reader that has no room is tried again after so many milliseconds. */
const RETRY_MS = 50;
/** So much is given to the system at once. Bytes. */
const CHUNK = 64 * 1024;
const TOO_SLOW = 'the reader is too slow';
/** It has no room at the moment. */
const NO_ROOM = new Set(['EAGAIN', 'EWOULDBLOCK', 'EBUSY', 'EINTR']);

/**
 * A sink on an open descriptor. A pipe whose reader is slow gets the lines later, up to the limit; a full disk or a reader that went
 * away loses them. Once lines can be written again, the first one says how many are missing and why.
 */
export function openSink(fd: number, options: SinkOptions): LineSink {
  const limit = options.limit ?? 1024 * 1024;
  const put = options.put ?? writerOf(fd);
  let waiting: Buffer[] = [];
  let bytes = 0;
  let dropped = 0;
  let missing: { lines: number; reason: string } | undefined;
  /** A part of a line stands there without its end. */
  let torn = false;
  let retry: NodeJS.Timeout | undefined;

  const miss = (text: Buffer, reason: string) => {
    const lines = countLines(text);
    dropped += lines;
    missing = { lines: (missing?.lines ?? 0) + lines, reason };
  };
  const later = () => {
    retry ??= setTimeout(() => {
      retry = undefined;
      drain();
    }, RETRY_MS).unref();
  };
  /** Answers false where nothing more goes at the moment. */
  const putAll = (): boolean => {
    while (waiting.length > 0) {
      const chunk = Buffer.concat(waiting);
      waiting = [chunk];
      try {
        const written = put(chunk.subarray(0, CHUNK));
        torn = chunk[written - 1] !== 10;
        bytes -= written;
        waiting = written === chunk.length ? [] : [chunk.subarray(written)];
      } catch (error) {
        if (NO_ROOM.has(codeOf(error))) {
          later();
          return false;
        }
        miss(chunk, reasonOf(error));
        waiting = [];
        bytes = 0;
        return false;
      }
    }
    clearTimeout(retry);
    retry = undefined;
    return true;
  };
  const drain = () => {
    if (!putAll() || missing === undefined) return;
    const { lines, reason } = missing;
    const before = dropped;
    missing = undefined;
    const notice = options.notice(lines, reason);
    if (notice === '') return;
    enqueue(Buffer.from(`${torn ? '\n' : ''}${notice}`));
    putAll();
    // The notice itself was lost: it is said with the next try, and is no line of the log.
    if (dropped > before) {
      dropped = before;
      missing = { lines, reason };
    }
  };
  const enqueue = (line: Buffer) => {
    waiting.push(line);
    bytes += line.length;
  };

  return {
    write: (text) => {
      const line = typeof text === 'string' ? Buffer.from(text) : text;
      // Told first, so that what is missing is said where it is missing.
      if (missing !== undefined && waiting.length === 0) drain();
      if (bytes + line.length > limit || (missing !== undefined && waiting.length > 0)) return miss(line, TOO_SLOW);
      enqueue(line);
      if (retry === undefined) drain();
    },
    dropped: () => dropped,
    flush: drain,
  };
}

/**
 * Writes without ever waiting for a reader: by an open file of our own that does not block, so that others who share the descriptor
 * keep theirs as it is. Where the system has no such way, the descriptor itself is set so, as Node does for its own streams.
 */
function writerOf(fd: number): (bytes: Buffer) => number {
  const own = reopened(fd);
  if (own === undefined && (fd === 1 || fd === 2)) void (fd === 1 ? process.stdout : process.stderr);
  return (bytes) => writeSync(own ?? fd, bytes);
}

function reopened(fd: number): number | undefined {
  try {
    if (process.platform !== 'linux' || fstatSync(fd).isFile()) return undefined;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_APPEND);
  } catch {
    // A socket, or a pipe of another account.
    return undefined;
  }
}

function countLines(text: Buffer): number {
  let lines = 0;
  for (const byte of text) if (byte === 10) lines += 1;
  return Math.max(1, lines);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EPIPE') return 'the reader went away (EPIPE)';
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk is full (${code})`;
  return code === '' ? String(error) : code;
}
