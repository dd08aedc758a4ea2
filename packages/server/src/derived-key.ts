import { hkdfSync } from 'node:crypto';

/** A key of 32 bytes for one purpose, the same in all copies of the program on one master key. `purpose`: unique; never changed once in use. */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `cellplane ${purpose}, version 1`, 32));
}
