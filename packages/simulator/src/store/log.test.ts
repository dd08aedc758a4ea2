import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testCell } from '../cell.testing.js';
import { startSimulator } from '../simulator.js';
import { Log } from './log.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cellplane-simulator-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const object = (name: string, value: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
  data: { value },
});

describe('the log', () => {
  it('brings back objects, versions and history', async () => {
    const first = await Log.open(directory);
    first.store.put('configmaps', object('a', '1'));
    const changed = first.store.put('configmaps', object('a', '2'));
    first.store.put('configmaps', object('b', '1'));
    first.store.remove('configmaps', 'n', 'b');
    const { revision } = first.store;
    await first.log.close();
    const second = await Log.open(directory);
    expect(second.store.list('configmaps')).toEqual([changed]);
    expect(second.store.revision).toBeGreaterThan(revision);
    expect(second.store.since(Number(changed.metadata.resourceVersion))?.map((change) => change.type)).toEqual(['ADDED', 'DELETED']);
    await second.log.close();
  });

  it('cuts off a line that a crash tore', async () => {
    const first = await Log.open(directory);
    first.store.put('configmaps', object('a', '1'));
    await first.log.close();
    const path = join(directory, 'log.jsonl');
    const whole = await readFile(path, 'utf8');
    await appendFile(path, '{"rv":9999,"resource":"configmaps","obj');
    const second = await Log.open(directory);
    second.store.put('configmaps', object('b', '1'));
    await second.log.close();
    expect((await readFile(path, 'utf8')).startsWith(whole)).toBe(true);
    const third = await Log.open(directory);
    expect(third.store.list('configmaps').map((one) => one.metadata.name)).toEqual(['a', 'b']);
    await third.log.close();
  });

  it('refuses changes while the disk refuses a write, cuts off what that left, and writes what was kept once it can', async () => {
    const first = await Log.open(directory);
    first.store.put('configmaps', object('a', '1'));
    await first.log.flushed();
    const write = first.log.file.appendFile.bind(first.log.file);
    const full = vi.spyOn(first.log.file, 'appendFile').mockImplementation(async () => {
      await write('{"rv":7,"torn');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    first.store.put('configmaps', object('b', '1'));
    await expect(first.log.flushed()).rejects.toThrow(/cannot write .*log\.jsonl: ENOSPC/);
    await expect(first.log.requireWritable()).rejects.toThrow(/ENOSPC/);
    full.mockRestore();
    await first.log.requireWritable();
    first.store.put('configmaps', object('c', '1'));
    await first.log.close();
    const second = await Log.open(directory);
    expect(second.store.list('configmaps').map((one) => one.metadata.name)).toEqual(['a', 'b', 'c']);
    await second.log.close();
  });

  it('refuses damage before the last line', async () => {
    const first = await Log.open(directory);
    first.store.put('configmaps', object('a', '1'));
    await first.log.close();
    await writeFile(join(directory, 'log.jsonl'), `nonsense\n${await readFile(join(directory, 'log.jsonl'), 'utf8')}`);
    await expect(Log.open(directory)).rejects.toThrow(/log\.jsonl is damaged at line 1/);
  });

  it('becomes a snapshot when it has grown', async () => {
    const first = await Log.open(directory);
    const big = 'x'.repeat(900_000);
    for (let i = 0; i < 12; i++) first.store.put('configmaps', object('a', `${i}${big}`));
    first.store.put('configmaps', object('b', '1'));
    const { revision } = first.store;
    await first.log.close();
    const second = await Log.open(directory);
    expect((await stat(join(directory, 'log.jsonl'))).size).toBe(0);
    await second.log.close();
    const third = await Log.open(directory);
    expect(third.store.list('configmaps').map((one) => one.metadata.name)).toEqual(['a', 'b']);
    expect(third.store.revision).toBeGreaterThan(revision);
    expect(third.store.since(revision - 1)).toBeUndefined();
    await third.log.close();
  });
});

describe('a data directory', () => {
  it('keeps the cell, its token and its certificate', async () => {
    const path = '/api/v1/namespaces/kept';
    const first = await testCell({ dataDir: directory });
    await first.call('POST', '/api/v1/namespaces', { metadata: { name: 'kept' } });
    const before = {
      token: first.simulator.token,
      certificate: first.simulator.certificate,
      uid: (await first.call('GET', path)).body.metadata,
    };
    await first.simulator.stop();
    const cell = await testCell({ dataDir: directory });
    expect({
      token: cell.simulator.token,
      certificate: cell.simulator.certificate,
      uid: (await cell.call('GET', path)).body.metadata,
    }).toEqual(before);
    expect((await stat(join(directory, 'credentials.json'))).mode & 0o777).toBe(0o600);
  });

  it('is refused to a second cell', async () => {
    const cell = await testCell({ dataDir: directory });
    expect(cell.simulator.url).toMatch(/^https:/);
    await expect(startSimulator({ dataDir: directory })).rejects.toThrow(
      new RegExp(`is in use by another simulated cell \\(process ${process.pid}\\)`),
    );
  });

  it('is taken over from a process that is gone', async () => {
    await writeFile(join(directory, 'lock'), '4194300 1');
    const cell = await testCell({ dataDir: directory });
    expect((await cell.call('GET', '/readyz')).code).toBe(200);
  });
});
