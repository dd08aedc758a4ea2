/** Knows whether anything can be kept at the moment. */
import { statfs } from 'node:fs/promises';
import { isAway } from './away.js';
import { type Database, sql, transaction } from './database.js';
import { storageTroubleOf, type StorageTrouble, troubleInWords, troubleOf } from './storage-trouble.js';

export interface StorageWatch {
  /** What an error tells of the storage; remembered until a write succeeds. Undefined: it tells of something else. */
  explain(thrown: unknown): Promise<StorageTrouble | undefined>;
  /** The trouble that lasts. What was remembered is tried with a small write first. */
  current(): Promise<StorageTrouble | undefined>;
}

/** PostgreSQL needs room for one more piece of its log to go on, 16 MiB; on less it works for a while. Bytes. */
const LEAST_ROOM = 4 * 1024 * 1024;
/** A remembered trouble is tried so often at most. Milliseconds. */
const TRY_MS = 2_000;
/** More than the free places of a table that is there take. Characters. */
const TRIAL = 256 * 1024;

/** `embedded`: the data folder of the embedded PostgreSQL, and the reason why that PostgreSQL does not answer, if there is one. */
export function watchStorage(db: Database, embedded?: { dataDir: string; trouble: () => string | undefined }): StorageWatch {
  let remembered: StorageTrouble | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;

  const onThisMachine = async (): Promise<StorageTrouble | undefined> => {
    if (embedded === undefined) return undefined;
    const words = embedded.trouble();
    const told = words === undefined ? undefined : troubleInWords(words);
    if (told !== undefined) return told;
    const room = await statfs(embedded.dataDir).catch(() => undefined);
    return room !== undefined && room.blocks > 0 && room.bavail * room.bsize < LEAST_ROOM ? troubleOf('storage-full') : undefined;
  };

  return {
    explain: async (thrown) => {
      const told = storageTroubleOf(thrown);
      // Of one request alone.
      if (told?.code === 'database-slow') return told;
      const found = told ?? (isAway(thrown) ? await onThisMachine() : undefined);
      remembered = found ?? remembered;
      return found;
    },
    current: async () => {
      const here = await onThisMachine();
      if (here !== undefined || remembered === undefined) return here;
      if (performance.now() - triedAt < TRY_MS) return remembered;
      triedAt = performance.now();
      remembered = await tryWrite(db).then(
        () => undefined,
        (error: unknown) => storageTroubleOf(error) ?? remembered,
      );
      return remembered;
    },
  };
}

/** Writes something that needs room, and takes it back. */
async function tryWrite(db: Database): Promise<void> {
  await transaction(db, async (tx) => {
    await sql`create temporary table storage_trial (text text) on commit drop`.execute(tx);
    // Kept as it is: compressed, it would need no room.
    await sql`alter table storage_trial alter column text set storage external`.execute(tx);
    await sql`insert into storage_trial values (repeat('x', ${TRIAL}))`.execute(tx);
  });
}
