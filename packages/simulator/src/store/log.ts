import { mkdir, open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../json.js';
import { linesOf, unusable } from './lines.js';
import { type Change, type Journal, Store, type Stored } from './store.js';

/** Bytes of log after which a start writes a snapshot and begins a new log. */
const COMPACT_AT = 8 * 1024 * 1024;
/** Versions skipped at each start, more than one unwritten batch can hold. */
const RESTART_GAP = 1000;

/** A disk that refused a write is tried again after so long. Milliseconds. */
const RETRY_MS = 1_000;

interface Entry {
  rv: number;
  resource: string;
  deleted?: true;
  object: Stored;
}

function readEntry(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isObject(entry) && typeof entry.rv === 'number' && isObject(entry.object) ? (entry as unknown as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The append-only log of a data directory: `log.jsonl`, one JSON line for each write, beside `snapshot.jsonl`.
 * Writes are gathered and forced to disk together; `flushed()` tells when all that came before is safe.
 * A torn last line (a crash in the middle of a write) is cut off; damage before it is refused.
 */
export class Log implements Journal {
  #buffer: string[] = [];
  #flushing: Promise<void> | undefined;
  /** What the disk said to the last write, until one succeeds. */
  #failure: Error | undefined;
  #retry: NodeJS.Timeout | undefined;

  private constructor(
    readonly path: string,
    readonly file: FileHandle,
    /** Bytes that are surely on disk; what a failed write left behind them is cut off. */
    private size: number,
  ) {}

  /** Opens the directory's log and the store that it describes. */
  static async open(directory: string): Promise<{ store: Store; log: Log }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const paths = { log: join(directory, 'log.jsonl'), snapshot: join(directory, 'snapshot.jsonl') };
    const pending: { journal?: Log } = {};
    const store = new Store({ journal: { append: (change) => pending.journal?.append(change) } });
    for await (const { text } of linesOf(paths.snapshot)) {
      if (text === '') continue;
      const entry = readEntry(text);
      if (!entry)
        throw new Error(`${paths.snapshot} is damaged: an unreadable line. Restore the data directory from a copy, or remove it.`);
      if (entry.resource === '') store.skipTo(entry.rv);
      else store.restore(entry.resource, entry.object);
    }
    const { whole, size } = await replay(store, paths.log);
    store.skipTo(store.revision + RESTART_GAP);
    if (size > COMPACT_AT) await writeSnapshot(store, paths);
    const file = await open(paths.log, 'a', 0o600).catch((error: unknown) => {
      throw unusable(paths.log, error);
    });
    if (size <= COMPACT_AT && whole < size) await file.truncate(whole);
    const log = new Log(paths.log, file, size > COMPACT_AT ? 0 : whole);
    pending.journal = log;
    return { store, log };
  }

  append(change: Change): void {
    const entry: Entry = {
      rv: change.resourceVersion,
      resource: change.resource,
      ...(change.type === 'DELETED' && { deleted: true as const }),
      object: change.object,
    };
    this.#buffer.push(JSON.stringify(entry));
    this.#flushing ??= this.#flush();
  }

  /** Resolves when every write so far is on disk. Rejects when the disk refuses one; it is kept, and written once that is possible. */
  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#failure) throw this.#failure;
  }

  /** Rejects while the disk refuses writes: what is changed now could be lost. */
  async requireWritable(): Promise<void> {
    if (!this.#failure) return;
    this.#flushing ??= this.#flush();
    await this.flushed();
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    clearTimeout(this.#retry);
    await this.file.close();
  }

  async #flush(): Promise<void> {
    // The rest of this turn's writes join the batch.
    await Promise.resolve();
    while (this.#buffer.length > 0) {
      const batch = this.#buffer;
      this.#buffer = [];
      try {
        if (this.#failure) await this.file.truncate(this.size);
        const bytes = Buffer.from(`${batch.join('\n')}\n`);
        await this.file.appendFile(bytes);
        await this.file.datasync();
        this.size += bytes.length;
        this.#failure = undefined;
      } catch (error) {
        this.#buffer = [...batch, ...this.#buffer];
        this.#failure = new Error(`the simulated cell cannot write ${this.path}: ${(error as Error).message}`, { cause: error });
        this.#tryLater();
        break;
      }
    }
    this.#flushing = undefined;
  }

  #tryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#flushing ??= this.#flush();
    }, RETRY_MS).unref();
  }
}

/** Repeats the log into the store. Answers how many bytes it has, and how many of them are whole lines. */
async function replay(store: Store, path: string): Promise<{ whole: number; size: number }> {
  let [whole, size, number] = [0, 0, 0];
  for await (const { text, bytes, isWhole } of linesOf(path)) {
    size += bytes;
    number += 1;
    // A last line without its line end was torn, whatever it says.
    if (!isWhole) break;
    if (text !== '') {
      const entry = readEntry(text);
      if (!entry) throw new Error(`${path} is damaged at line ${number}. Restore the data directory from a copy, or remove it.`);
      store.replay({ resourceVersion: entry.rv, resource: entry.resource, object: entry.object, deleted: entry.deleted === true });
    }
    whole = size;
  }
  return { whole, size };
}

async function writeSnapshot(store: Store, paths: { log: string; snapshot: string }): Promise<void> {
  const lines = [JSON.stringify({ rv: store.revision, resource: '', object: { metadata: {} } })];
  for (const { resource, object } of store.everything())
    lines.push(JSON.stringify({ rv: Number(object.metadata.resourceVersion), resource, object }));
  const draft = `${paths.snapshot}.new`;
  await writeFile(draft, `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  await rename(draft, paths.snapshot);
  // A crash between the two leaves a log that repeats what the snapshot says, which changes nothing.
  await writeFile(paths.log, '', { flush: true });
}
