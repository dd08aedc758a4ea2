import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../json.js';
import { type Change, type Journal, Store, type Stored } from './store.js';

/** Bytes of log after which a start writes a snapshot and begins a new log. */
const COMPACT_AT = 8 * 1024 * 1024;
/** Versions skipped at each start, more than one unwritten batch can hold. */
const RESTART_GAP = 1000;

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
  #failure: Error | undefined;

  private constructor(readonly file: FileHandle) {}

  /** Opens the directory's log and the store that it describes. */
  static async open(directory: string): Promise<{ store: Store; log: Log }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const paths = { log: join(directory, 'log.jsonl'), snapshot: join(directory, 'snapshot.jsonl') };
    const pending: { journal?: Log } = {};
    const store = new Store({ journal: { append: (change) => pending.journal?.append(change) } });
    for (const line of (await read(paths.snapshot)).split('\n')) {
      if (line === '') continue;
      const entry = readEntry(line);
      if (!entry)
        throw new Error(`${paths.snapshot} is damaged: an unreadable line. Restore the data directory from a copy, or remove it.`);
      if (entry.resource === '') store.skipTo(entry.rv);
      else store.restore(entry.resource, entry.object);
    }
    const text = await read(paths.log);
    const whole = replay(store, text, paths.log);
    const size = Buffer.byteLength(text);
    store.skipTo(store.revision + RESTART_GAP);
    if (size > COMPACT_AT) await writeSnapshot(store, paths);
    const file = await open(paths.log, 'a', 0o600);
    if (size <= COMPACT_AT && whole < size) await file.truncate(whole);
    const log = new Log(file);
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

  /** Resolves when every write so far is on disk. Rejects when the disk refused one. */
  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#failure) throw this.#failure;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    await this.file.close();
  }

  async #flush(): Promise<void> {
    // The rest of this turn's writes join the batch.
    await Promise.resolve();
    while (this.#buffer.length > 0 && !this.#failure) {
      const batch = this.#buffer;
      this.#buffer = [];
      try {
        await this.file.appendFile(`${batch.join('\n')}\n`);
        await this.file.datasync();
      } catch (error) {
        this.#failure = new Error('the simulated cell cannot write its log', { cause: error });
      }
    }
    this.#flushing = undefined;
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isObject(error) && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Repeats the log into the store. Answers how many bytes of it are whole lines. */
function replay(store: Store, text: string, path: string): number {
  const lines = text.split('\n');
  let whole = 0;
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    const entry = readEntry(line);
    const isLast = i === lines.length - 1;
    // A last line without its line end was torn, whatever it says.
    if (isLast) break;
    if (!entry) throw new Error(`${path} is damaged at line ${i + 1}. Restore the data directory from a copy, or remove it.`);
    store.replay({ resourceVersion: entry.rv, resource: entry.resource, object: entry.object, deleted: entry.deleted === true });
    whole += Buffer.byteLength(line) + 1;
  }
  return whole;
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
