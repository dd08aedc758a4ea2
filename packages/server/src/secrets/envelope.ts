import { createCipheriv, createDecipheriv, createHash, randomFillSync } from 'node:crypto';

/** Seals and opens bytes. What was sealed with one context (`aad`) cannot be opened with another: a copied row is useless. */
export interface Sealer {
  /** Names the master key without telling it: the same key, the same fingerprint. 8 hexadecimal digits. */
  readonly fingerprint: string;
  /** `group`: values of one group that are sealed one after the other share a data key, which halves the work. */
  seal(plain: Buffer | string, aad: string, group?: string): Buffer;
  /** Throws `SealError` if the bytes were sealed with another key or context, or were changed. */
  open(sealed: Buffer, aad: string): Buffer;
}

/** Something sealed could not be opened. The message never holds any of it. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** A data key of its own, wrapped with the value's context. */
const FORMAT = 1;
/** A data key that a group shares, wrapped with `GROUP_CONTEXT`; each value is still bound to its own context. */
const GROUP_FORMAT = 2;
const GROUP_CONTEXT = 'cellplane group key';
/** Groups whose data key is remembered, and values sealed with one key at most (far below what random IVs allow). */
const GROUPS = 1_000;
const GROUP_USES = 10_000;
const IV = 12;
const TAG = 16;
const KEY = 32;
const HEAD = 1 + 4;

/**
 * Envelope encryption with AES-256-GCM (docs/production.md#the-master-key): each value, or group of values, has a data key, wrapped by the master key.
 * Layout: format (1 byte), fingerprint (4), wrapped data key (iv, tag, 32), value (iv, tag, ciphertext).
 */
export function createSealer(masterKey: Buffer): Sealer {
  if (masterKey.length !== KEY) throw new SealError(`A master key has ${KEY} bytes, this one ${masterKey.length}.`);
  const print = createHash('sha256').update('cellplane master key').update(masterKey).digest().subarray(0, 4);
  const fingerprint = print.toString('hex');
  const groups = new Map<string, GroupKey>();
  const groupKey = (group: string): GroupKey => {
    let key = groups.get(group);
    if (key === undefined || key.uses >= GROUP_USES) {
      const dataKey = random(KEY);
      key = { dataKey, wrapped: encrypt(masterKey, dataKey, GROUP_CONTEXT), uses: 0 };
    }
    // Set anew, so that the group unused for longest is the first to go.
    groups.delete(group);
    groups.set(group, key);
    const [oldest] = groups.keys();
    if (groups.size > GROUPS && oldest !== undefined) groups.delete(oldest);
    key.uses += 1;
    return key;
  };
  return {
    fingerprint,
    seal: (plain, aad, group) => {
      const value = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
      if (group !== undefined) {
        const { dataKey, wrapped } = groupKey(group);
        return Buffer.concat([Buffer.of(GROUP_FORMAT), print, wrapped, encrypt(dataKey, value, aad)]);
      }
      const dataKey = random(KEY);
      return Buffer.concat([Buffer.of(FORMAT), print, encrypt(masterKey, dataKey, aad), encrypt(dataKey, value, aad)]);
    },
    open: (sealed, aad) => {
      const format = sealed[0];
      if (sealed.length < HEAD + 2 * (IV + TAG) + KEY || (format !== FORMAT && format !== GROUP_FORMAT))
        throw new SealError('This is not a sealed value of this version of Cellplane.');
      const from = sealed.subarray(1, HEAD).toString('hex');
      if (from !== fingerprint) {
        throw new SealError(
          `This value was sealed with the master key ${from}, and the key in use is ${fingerprint}. Give the original key with CELLPLANE_MASTER_KEY_FILE.`,
        );
      }
      const wrapped = HEAD + IV + TAG + KEY;
      const dataKey = decrypt(masterKey, sealed.subarray(HEAD, wrapped), format === FORMAT ? aad : GROUP_CONTEXT);
      return decrypt(dataKey, sealed.subarray(wrapped), aad);
    },
  };
}

interface GroupKey {
  dataKey: Buffer;
  wrapped: Buffer;
  uses: number;
}

/** Fresh random bytes, got from the system many at a time: a call for each twelve costs more than the encryption. */
function random(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + size));
  // Handed out once; what is left in memory of it is the caller's.
  pool.fill(0, used, used + size);
  used += size;
  return bytes;
}

const pool = Buffer.alloc(4_096);
let used = pool.length;

function encrypt(key: Buffer, plain: Buffer, aad: string): Buffer {
  const iv = random(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad, 'utf8'));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, sealed: Buffer, aad: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(aad, 'utf8')).setAuthTag(sealed.subarray(IV, IV + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
  } catch (error) {
    throw new SealError('A sealed value was changed, or belongs to another record.', { cause: error });
  }
}
