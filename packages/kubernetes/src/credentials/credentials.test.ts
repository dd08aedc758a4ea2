import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Credentials } from './credentials.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cellplane-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('Credentials', () => {
  it('are at hand without waiting once they are known', async () => {
    const credentials = new Credentials({ server: 'https://x', authorization: { kind: 'bearer', token: { data: 't' } } });
    const first = await credentials.current();
    expect(credentials.current()).toBe(first);
    expect(first).toEqual({ authorization: 'Bearer t' });
    expect(credentials.renew(first)).toBe(false);
  });

  it('re-read a token file after a minute, and outlive its short absence', async () => {
    const file = join(folder, 'token');
    let now = 0;
    const credentials = new Credentials({ server: 'https://x', authorization: { kind: 'bearer', token: { file } } }, () => now);
    await expect(credentials.current()).rejects.toThrow(/token file .* cannot be read/);
    writeFileSync(file, 'one\n');
    await expect(credentials.current()).resolves.toEqual({ authorization: 'Bearer one' });
    writeFileSync(file, 'two\n');
    now = 59_999;
    expect(credentials.current()).toEqual({ authorization: 'Bearer one' });
    now = 60_000;
    await expect(credentials.current()).resolves.toEqual({ authorization: 'Bearer two' });
    rmSync(file);
    now = 120_000;
    await expect(credentials.current()).resolves.toEqual({ authorization: 'Bearer two' });
    writeFileSync(file, 'three\n');
    now = 125_000;
    await expect(credentials.current()).resolves.toEqual({ authorization: 'Bearer three' });
  });

  it('run a plugin once for all, and again shortly before its credential ends', async () => {
    const now = Date.UTC(2030, 0, 1);
    let time = now;
    const count = join(folder, 'count');
    const script = `echo >> '${count}'; n=$(wc -l < '${count}'); echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"expirationTimestamp":"'"$EXPIRY"'","token":"t'$((n))'"}}'`;
    const credentials = new Credentials(
      {
        server: 'https://x',
        authorization: {
          kind: 'exec',
          plugin: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: '/bin/sh',
            args: ['-c', script],
            env: [{ name: 'EXPIRY', value: '2030-01-01T01:00:00Z' }],
            interactiveMode: 'Never',
            provideClusterInfo: false,
          },
        },
      },
      () => time,
    );
    const all = await Promise.all([credentials.current(), credentials.current()]);
    expect(all).toEqual([{ authorization: 'Bearer t1' }, { authorization: 'Bearer t1' }]);
    time = now + 3_589_999;
    expect(credentials.current()).toEqual({ authorization: 'Bearer t1' });
    time = now + 3_590_000;
    await expect(credentials.current()).resolves.toEqual({ authorization: 'Bearer t2' });
  });

  it('do not run a failing plugin for every call', async () => {
    let time = 0;
    const count = join(folder, 'count');
    const plugin = {
      apiVersion: 'client.authentication.k8s.io/v1' as const,
      command: '/bin/sh',
      args: ['-c', `echo >> '${count}'; exit 1`],
      env: [],
      interactiveMode: 'Never' as const,
      provideClusterInfo: false,
    };
    const credentials = new Credentials({ server: 'https://x', authorization: { kind: 'exec', plugin } }, () => time);
    for (time of [0, 1, 999]) await expect(credentials.current()).rejects.toThrow(/failed \(exit 1\)/);
    expect(readFileSync(count, 'utf8')).toBe('\n');
    time = 1_000;
    await expect(credentials.current()).rejects.toThrow(/failed \(exit 1\)/);
    expect(readFileSync(count, 'utf8')).toBe('\n\n');
  });
});
