import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, option, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealError } from './envelope.js';
import { loadMasterKey } from './master-key.js';

describe('createSealer', () => {
  const sealer = createSealer(randomBytes(32));

  it('opens what it sealed, byte for byte', () => {
    assert(
      property(uint8Array({ maxLength: 500 }), string(), option(string(), { nil: undefined }), (bytes, aad, group) => {
        expect(sealer.open(sealer.seal(Buffer.from(bytes), aad, group), aad)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([undefined, 'run'])('opens nothing with another context, another key, or a changed byte (group %s)', (group) => {
    const sealed = sealer.seal('hunter2', 'a', group);
    expect(() => sealer.open(sealed, 'b')).toThrow('belongs to another record');
    expect(() => createSealer(randomBytes(32)).open(sealed, 'a')).toThrow('sealed with the master key');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'a')).toThrow(SealError);
    }
    expect(sealed.includes('hunter2')).toBe(false);
  });

  it('never seals to the same bytes twice', () => {
    expect(sealer.seal('x', 'a')).not.toEqual(sealer.seal('x', 'a'));
    expect(sealer.seal('x', 'a', 'run').subarray(-17)).not.toEqual(sealer.seal('x', 'a', 'run').subarray(-17));
  });

  it('forgets the data keys of old groups, and opens their values all the same', () => {
    const sealed = Array.from({ length: 2_500 }, (_, index) => sealer.seal(`${index}`, 'a', `run-${index}`));
    expect(sealed.map((one) => sealer.open(one, 'a').toString())).toEqual(sealed.map((_one, index) => `${index}`));
  });
});

describe('loadMasterKey', () => {
  it('makes one private key even if asked by several at once, reads given ones, and refuses what is none', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cellplane-key-'));
    try {
      const keys = await Promise.all([1, 2, 3].map(() => loadMasterKey({ dataDir })));
      const again = await loadMasterKey({ dataDir });
      expect(keys.every((key) => key.equals(again))).toBe(true);
      expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
      const file = join(dataDir, 'given');
      await writeFile(file, await readFile(join(dataDir, 'master.key')));
      expect(await loadMasterKey({ dataDir: '/nowhere', masterKeyFile: file })).toEqual(again);
      expect(await loadMasterKey({ dataDir: '/nowhere', masterKey: again.toString('base64') })).toEqual(again);
      await writeFile(file, 'short');
      await expect(loadMasterKey({ dataDir, masterKeyFile: file })).rejects.toThrow('openssl rand -base64 32');
      await expect(loadMasterKey({ dataDir, masterKeyFile: join(dataDir, 'absent') })).rejects.toThrow('CELLPLANE_MASTER_KEY_FILE');
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
