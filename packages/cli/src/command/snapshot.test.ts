import { describe, expect, it } from 'vitest';
import type { StubServer } from '../context.testing.js';
import { FE, FI, fleet } from './fleet.testing.js';

const snapshot = {
  snapshotId: 'snap-1',
  status: 'COMPLETE',
  snapshotType: 'ManualSnapshot',
  origin: 'manual',
  sourceInstanceId: 'instance-1',
  createdTime: '2026-01-01T00:00:00Z',
  region: 'eu-central-1',
  productTierName: 'Small',
  productTierVersion: '1.0',
  snapshotMetadata: { backupName: 'b-1' },
};
const service = {
  id: 's-1',
  key: 'postgres',
  name: 'Postgres',
  serviceEnvironments: [{ id: 'se-1', name: 'Dev', type: 'DEV', visibility: '', servicePlans: [{ productTierID: 'pt-1', name: 'Small' }] }],
};
const taken = { status: 202, body: { snapshotId: 'snap-1', serviceId: 's-1', environmentId: 'se-1' } };
const answers: StubServer = ({ method, path }) => {
  if (path === '/service') return { body: { ids: [], services: [service] } };
  if (method === 'GET' && (path === `${FE}/snapshot` || path === `${FI}/snapshot`)) return { body: { snapshots: [snapshot] } };
  if (method === 'GET' && path === `${FI}/snapshot/snap-1`) return { body: snapshot };
  if (method === 'POST' && (path === `${FI}/snapshot` || path === `${FI}/autosnapshot`)) return taken;
  if (path.endsWith('/copy-snapshot')) return { status: 202, body: { snapshotId: 'snap-2' } };
  if (path.endsWith('/restore')) return { status: 202, body: { id: 'instance-2' } };
  return undefined;
};

describe('snapshots', () => {
  it.each([
    [[snapshot, { ...snapshot, status: 'DELETING' }, undefined], 0, ''],
    [
      [snapshot, { ...snapshot, status: 'DELETING', statusDescription: 'no bucket' }],
      1,
      'snap-1 is DELETING: no bucket. The delete is tried again by itself.',
    ],
    [
      [{ ...snapshot, statusDescription: 'of before' }, { ...snapshot, status: 'DELETING', statusDescription: 'of before' }, undefined],
      0,
      '',
    ],
  ])('are deleted with --wait until they are gone, or cannot be deleted %#', async (states, code, words) => {
    const left = [...states];
    const now = () => (left.length > 1 ? left.shift() : left[0]);
    const line = await fleet(
      (request) => {
        if (request.method !== 'GET' || request.path !== `${FE}/snapshot`) return answers(request);
        const found = now();
        return { body: { snapshots: found === undefined ? [] : [found] } };
      },
      {},
      { pause: async () => {} },
    );
    const result = await line.run('snapshot', 'delete', 'snap-1', '--service', 'Postgres', '--yes', '--wait', '-o', 'json');
    expect(result.code, result.err).toBe(code);
    expect(result.err).toContain(words);
    expect(result.out === '' ? undefined : JSON.parse(result.out)).toEqual(
      code === 0 ? { snapshot_id: 'snap-1', status: 'DELETED' } : undefined,
    );
    expect(line.changes).toEqual([[`DELETE ${FE}/snapshot/snap-1`, undefined]]);
  });

  it('are listed of an environment and of an instance, and described', async () => {
    const line = await fleet(answers);
    for (const args of [
      ['snapshot', 'list'],
      ['snapshot', 'list', '--service', 'postgres', '-e', 'dev'],
      ['instance', 'list-snapshots', 'instance-1'],
    ])
      expect((await line.run(...args)).out).toMatch(/snap-1 +COMPLETE +manual +instance-1 +Small 1\.0/);
    for (const args of [
      ['snapshot', 'describe', 'snap-1'],
      ['instance', 'describe-snapshot', 'instance-1', 'snap-1'],
    ]) {
      const { out } = await line.run(...args);
      expect(out).toMatch(/expires +never by itself/);
      expect(out).toContain('metadata\n  backupName  b-1\n');
    }
    expect(await line.run('snapshot', 'describe', 'snap-9')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no snapshot "snap-9"'),
    });
  });

  it.each([
    [['snapshot', 'create', 'instance-1'], `POST ${FI}/snapshot`, {}],
    [['instance', 'trigger-backup', 'instance-1'], `POST ${FI}/autosnapshot`, undefined],
    [
      ['instance', 'copy-snapshot', 'instance-1', '--snapshot-id', 'snap-1'],
      `POST ${FI}/copy-snapshot`,
      { targetRegion: 'eu-central-1', sourceSnapshotId: 'snap-1' },
    ],
    [
      ['instance', 'restore', 'instance-1', '--snapshot-id', 'snap-1', '--param', 'size=2'],
      `POST ${FE}/snapshot/snap-1/restore`,
      // What was internal stays so.
      { inputParametersOverride: { size: '2' } },
    ],
    [
      ['instance', 'restore', 'instance-1', '--target-time', '2026-01-31T12:00:00Z'],
      `POST ${FI}/restore`,
      { targetRestoreTime: '2026-01-31T12:00:00Z' },
    ],
    [
      ['snapshot', 'restore', 'snap-1', '--restore-to-source', '--tierversion-override', '2.0'],
      `POST ${FE}/snapshot/snap-1/restore`,
      { restoreToSourceInstance: true, productTierVersionOverride: '2.0' },
    ],
    [
      ['snapshot', 'restore', '--snapshot-id', 'snap-1', '--service-id', 's-1', '--environment-id', 'se-1'],
      `POST ${FE}/snapshot/snap-1/restore`,
      {},
    ],
    [['snapshot', 'delete', 'snap-1', '-y'], `DELETE ${FE}/snapshot/snap-1`, undefined],
  ])('%j is sent where it belongs', async (args, request, body) => {
    const line = await fleet(answers);
    expect(await line.run(...args)).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([[request, body]]);
  });

  it('of a deleted instance are listed, described, copied and restored all the same', async () => {
    // The search finds no deleted instance; its history is still there.
    const line = await fleet((request) =>
      request.path.includes('search-inventory') ? { body: { resourceInstanceResults: [] } } : answers(request),
    );
    expect((await line.run('instance', 'list-snapshots', 'instance-1')).out).toContain('snap-1');
    expect((await line.run('instance', 'describe-snapshot', 'instance-1', 'snap-1')).out).toContain('snap-1');
    expect(await line.run('instance', 'copy-snapshot', 'instance-1')).toMatchObject({ code: 0 });
    expect(await line.run('instance', 'restore', 'instance-1', '--snapshot-id', 'snap-1')).toMatchObject({ code: 0 });
    expect(await line.run('instance', 'restore', 'instance-1', '--target-time', '2026-01-31T12:00:00Z')).toMatchObject({ code: 0 });
    expect(line.changes).toEqual([
      [`POST ${FI}/copy-snapshot`, { targetRegion: '' }],
      [`POST ${FE}/snapshot/snap-1/restore`, {}],
      [`POST ${FI}/restore`, { targetRestoreTime: '2026-01-31T12:00:00Z' }],
    ]);
  });

  it('are deleted only with --yes', async () => {
    const line = await fleet(answers);
    expect(await line.run('snapshot', 'delete', 'snap-1')).toMatchObject({ code: 1, err: expect.stringContaining('Say so with --yes.') });
    expect(await line.run('instance', 'restore', 'instance-1')).toMatchObject({ code: 1, err: expect.stringContaining('--snapshot-id') });
    expect(line.changes).toEqual([]);
  });

  it.each([
    ['SUCCEEDED', 0],
    ['FAILED', 1],
  ])('are waited for until the operation is over, whatever the status of the instance: %s', async (status, code) => {
    const run = { id: 'run-1', verb: 'backup', snapshotId: 'snap-1', status: 'SUCCESS', startTime: '', endTime: '2026-01-01T00:00:02Z' };
    let asked = 0;
    const line = await fleet((request) => {
      if (request.path !== '/api/instances/instance-1/operations') return answers(request);
      // The stop after a backup of a stopped instance has not begun yet.
      const over = ++asked > 1;
      const operation = {
        id: 'op-1',
        kind: 'backup',
        status: over ? status : 'RUNNING',
        requestedBy: '',
        requestedByName: '',
        startTime: '',
        runs: [run],
      };
      const ended = over ? { endTime: '2026-01-01T00:00:03Z', message: 'no bucket' } : {};
      return {
        body: {
          instanceId: 'instance-1',
          serviceId: 's-1',
          environmentId: 'se-1',
          status: '',
          createdAt: '',
          operations: [{ ...operation, ...ended }],
        },
      };
    });
    const result = await line.run('snapshot', 'create', 'instance-1', '--wait');
    expect(result.code).toBe(code);
    expect(result.out).toMatch(new RegExp(`operation +backup\nstatus +${status}`));
    expect(result.err).toBe(code === 0 ? '' : 'Error: failed\nDetail: no bucket\n');
    const json = await line.run('instance', 'trigger-backup', 'instance-1', '--wait', '-o', 'json');
    expect(json.out === '' ? undefined : JSON.parse(json.out)).toEqual(
      code === 0 ? { snapshot_id: 'snap-1', instance_id: 'instance-1', ...snapshot } : undefined,
    );
  });
});
