import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FI, fleet } from '../fleet.testing.js';

const upgrade = ['instance', 'version-upgrade', 'instance-1'];

describe('instance version-upgrade', () => {
  it('asks for the version as the reference’s command does', async () => {
    const line = await fleet();
    expect(await line.run(...upgrade, '--target-tier-version', '2.0')).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([
      [`PATCH ${FI}/patch`, { resourceId: '', resourceOverrideConfiguration: null, targetTierVersion: '2.0' }],
    ]);
  });

  it('hands on values and overrides', async () => {
    const line = await fleet();
    const file = join(await mkdtemp(join(tmpdir(), 'upgrade-')), 'overrides.json');
    await writeFile(file, '{"database": {"requestParams": {"zone": "b"}}}');
    await line.run(...upgrade, '--target-tier-version', 'latest', '--param', 'a=1', '--upgrade-configuration-override', file);
    expect(line.changes.at(-1)?.[1]).toEqual({
      resourceId: '',
      targetTierVersion: 'latest',
      requestParams: { a: '1' },
      resourceOverrideConfiguration: { database: { requestParams: { zone: 'b' } } },
    });
  });

  it('needs a version, and a yes for what may take data with it', async () => {
    const line = await fleet();
    const nothing = await line.run(...upgrade);
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('--target-tier-version')]);
    const unsure = await line.run(...upgrade, '--target-tier-version', '2.0', '--remove-dropped');
    expect([unsure.code, unsure.err]).toEqual([1, expect.stringContaining('version 2.0 has not, with its data. Say so with --yes.')]);
    expect(line.changes).toEqual([]);
    await line.run(...upgrade, '--target-tier-version', '2.0', '--remove-dropped', '-y');
    expect(line.changes.at(-1)?.[1]).toMatchObject({ removeDropped: true });
  });
});
