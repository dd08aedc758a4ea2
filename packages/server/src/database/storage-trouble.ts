/** Errors that say that the database, or the disk below it, cannot do its work: nobody's request is to blame, and nothing of it was kept. */

/** What is wrong, for programs and for people; no path or address. */
export interface StorageTrouble {
  code: StorageCode;
  message: string;
}

export type StorageCode =
  | 'storage-full'
  | 'storage-read-only'
  | 'storage-denied'
  | 'storage-failing'
  | 'storage-damaged'
  | 'database-read-only'
  | 'database-out-of-memory'
  | 'database-connections-taken'
  | 'database-overloaded'
  | 'database-slow';

const MESSAGES: Record<StorageCode, string> = {
  'storage-full': 'The disk is full, so nothing can be kept. Whoever runs this server has to make room.',
  'storage-read-only': 'The disk can only be read, so nothing can be kept. Whoever runs this server has to make it writable.',
  'storage-denied': 'The database may not use its files. Whoever runs this server has to give their owner and modes back.',
  'storage-failing': 'The disk fails to read or write. Whoever runs this server has to look at it.',
  'storage-damaged': 'Files of the database are missing or damaged. Whoever runs this server has to restore them from a copy.',
  'database-read-only':
    'The database can only be read: it is a replica, or was set so. Whoever runs this server has to give it one that can be written.',
  'database-out-of-memory': 'The database has no memory left for this.',
  'database-connections-taken': 'All connections of the database are taken.',
  'database-overloaded': 'The database has reached a limit of what it may use.',
  'database-slow': 'The database took too long for this and gave up.',
};

/** SQLSTATEs of the database, and the system's error codes for files that are written without the database. */
const CODES: Record<string, StorageCode> = {
  '53100': 'storage-full',
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EROFS: 'storage-read-only',
  '58030': 'storage-failing',
  EIO: 'storage-failing',
  '58P01': 'storage-damaged',
  XX001: 'storage-damaged',
  XX002: 'storage-damaged',
  '25006': 'database-read-only',
  '53200': 'database-out-of-memory',
  '53300': 'database-connections-taken',
  '53000': 'database-overloaded',
  '53400': 'database-overloaded',
  '57014': 'database-slow',
};

/** The trouble that an error tells of; undefined where it tells of something else. */
export function storageTroubleOf(thrown: unknown): StorageTrouble | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const known = CODES[codeOf(thrown)];
  if (known !== undefined) return troubleOf(known);
  // The same SQLSTATE tells of a table that the user may not use.
  return codeOf(thrown) === '42501' && /could not \w+ .*(file|directory)/.test(thrown.message) ? troubleInWords(thrown.message) : undefined;
}

/** The trouble that the words of the system tell of, as PostgreSQL's last ones when it does not start. */
export function troubleInWords(words: string): StorageTrouble | undefined {
  if (/No space left on device|quota exceeded/i.test(words)) return troubleOf('storage-full');
  if (/Read-only file system/i.test(words)) return troubleOf('storage-read-only');
  if (/Permission denied|Operation not permitted|has wrong ownership|has invalid permissions|EACCES|EPERM/i.test(words))
    return troubleOf('storage-denied');
  if (/Input\/output error|Stale file handle/i.test(words)) return troubleOf('storage-failing');
  if (
    /data of the embedded PostgreSQL in .* are gone|could not locate a valid checkpoint|invalid page|No such file or directory/i.test(words)
  )
    return troubleOf('storage-damaged');
  return undefined;
}

export function troubleOf(code: StorageCode): StorageTrouble {
  return { code, message: MESSAGES[code] };
}

function codeOf(thrown: Error): string {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
