import { describe, expect, it } from 'vitest';
import type { StubServer } from '../../context.testing.js';
import { fleet, INSTANCE } from '../fleet.testing.js';

const FP = '/fleet/service/s-1/productTier/pt-1';
const FU = `${FP}/upgrade-path/upgrade-1`;
const counts = {
  totalCount: 2,
  pendingCount: 1,
  scheduledCount: 0,
  inProgressCount: 1,
  completedCount: 0,
  failedCount: 0,
  skippedCount: 0,
};
const path = {
  upgradePathId: 'upgrade-1',
  serviceId: 's-1',
  productTierId: 'pt-1',
  sourceVersion: '1.0',
  targetVersion: '2.0',
  status: 'IN_PROGRESS',
  statusMessage: 'Wave 1 is watched.',
  createdAt: '2030-01-01T00:00:00Z',
  currentWave: 1,
  waves: [
    { wave: 1, ...counts },
    { wave: 2, ...counts },
  ],
  failedInstanceReasons: { 'instance-9': { reason: 'no disk' } },
  ...counts,
};
const radius = {
  totalCount: 2,
  waves: [1, 1],
  byCustomer: [{ organizationId: 'org-1', organizationName: 'Ada Inc', instances: 2 }],
  byCell: [{ cellId: 'hc-1', cell: 'eu', instances: 2 }],
  environmentType: 'PROD',
  blocked: [{ instanceId: 'instance-2', problems: [{ code: 'missing-parameter', message: 'tier has no value' }] }],
  blockedCount: 1,
  checkedCount: 2,
  notNow: [],
  changes: {
    lookedAt: 2,
    complete: true,
    created: 0,
    changed: 4,
    deleted: 0,
    unknown: 0,
    refused: 0,
    restarts: 2,
    instancesThatRestart: 2,
    notes: [],
  },
  windows: { instances: 1, closedNow: 1, latestOpening: '2030-01-05T21:00:00Z' },
  strategy: {},
  maxConcurrentUpgrades: 5,
};
const answers: StubServer = ({ method, path: at, body }) => {
  if (at.includes('search-inventory') && JSON.stringify(body).includes('upgradepath'))
    return { body: { upgradePathResults: [{ id: 'upgrade-1', serviceId: 's-1', productTierID: 'pt-1' }] } };
  if (at.includes('search-inventory'))
    return {
      body: {
        resourceInstanceResults: ['instance-1', 'instance-2'].map((id) => ({
          ...INSTANCE,
          id,
          productTierId: 'pt-1',
          productTierVersion: '1.0',
        })),
      },
    };
  if (at.startsWith('/service/s-1/productTier/pt-1/version-set/')) return { body: { version: '2.0' } };
  if (at.startsWith('/service/s-1/productTier/pt-1/version-set'))
    return { body: { tierVersionSets: [{ version: '2.0', name: 'Spring' }] } };
  if (at.endsWith('/upgrade-path-preview')) return { body: radius };
  if (at.startsWith(`${FP}/upgrade-paths`)) return { body: { upgradePaths: [path] } };
  if (at.startsWith(`${FU}/eligible-instances`))
    return { body: { instances: [{ instanceId: 'instance-1', status: 'FAILED', statusDescription: 'no disk', wave: 1 }] } };
  if (at.startsWith(FU) || (method === 'POST' && at === `${FP}/upgrade-path`)) return { body: path };
  return undefined;
};
const made = (line: { changes: [string, unknown][] }) => line.changes.filter(([request]) => !request.includes('preview'));

describe('upgrade', () => {
  it('of instances shows what it would touch, asks, and sends what the reference’s clients send', async () => {
    const line = await fleet(answers);
    expect(await line.run('upgrade', 'instance-1', 'instance-2', '--version', 'preferred')).toMatchObject({
      code: 1,
      err: expect.stringContaining('This upgrades 2 instances. Say so with --yes.'),
    });
    expect(made(line)).toEqual([]);
    const { code, out } = await line.run('upgrade', 'create', 'instance-1', 'instance-2', '--version', '2.0', '--notify-customer', '--yes');
    expect(code).toBe(0);
    for (const words of [
      'Ada Inc',
      '4 changed',
      '2 of 2 looked at',
      'instance-2 (tier has no value)',
      'unknown: no upgrade',
      '1 closed now',
      'upgrade-1',
    ])
      expect(out).toContain(words);
    expect(made(line)).toEqual([
      [
        `POST ${FP}/upgrade-path`,
        {
          sourceVersion: '1.0',
          targetVersion: '2.0',
          upgradeFilters: { INSTANCE_IDS: ['instance-1', 'instance-2'] },
          notifyCustomer: true,
        },
      ],
    ]);
  });

  it('in waves sends its strategy, and a dry run only asks', async () => {
    const line = await fleet(answers);
    const options = ['--canary', '1', '--waves', '10%,25%', '--soak', '10m', '--halt-at', '2%', '--gate', 'Cluster: status.phase == ok'];
    await line.run('upgrade', 'instance-1', '--version-name', 'spring', ...options, '--automatic-rollback', '--dry-run');
    const { err } = await line.run('upgrade', 'instance-1', '--version', '2.0', ...options, '--max-concurrent-upgrades', '25', '--yes');
    expect(err).toBe('');
    expect(made(line)).toEqual([
      [
        `POST ${FP}/upgrade-path`,
        expect.objectContaining({
          maxConcurrentUpgrades: 25,
          strategy: {
            canary: '1',
            waves: ['10%', '25%'],
            soakSeconds: 600,
            haltAtFailurePercent: 2,
            gates: { conditions: [{ kind: 'Cluster', condition: 'status.phase == ok' }] },
          },
        }),
      ],
    ]);
  });

  it('takes what any filter of a name takes', async () => {
    const line = await fleet(answers);
    await line.run('upgrade', 'instance-1', '--version', '2.0', '--filter', 'REGIONS=a', '--filter', 'regions=b, c', '--yes');
    expect(made(line)[0]?.[1]).toMatchObject({ upgradeFilters: { INSTANCE_IDS: ['instance-1'], REGIONS: ['a', 'b', 'c'] } });
  });

  it.each([
    [['pause'], 'manage-lifecycle', { action: 'pause' }],
    [['resume'], 'manage-lifecycle', { action: 'resume' }],
    [['cancel'], 'manage-lifecycle', { action: 'cancel' }],
    [['notify-customer'], 'manage-lifecycle', { action: 'notify-customer' }],
    [
      ['skip-instances', '--resource-ids', 'instance-1,instance-2'],
      'manage-lifecycle',
      { action: 'skip-instances', actionPayload: { 'resource-ids': 'instance-1,instance-2' } },
    ],
    [['change-target-version', '--service-id', 's-1', '-p', 'pt-1', '--target-version', '2.1'], 'target-version', { targetVersion: '2.1' }],
  ])('%j acts on a path', async ([action = '', ...options], route, body) => {
    const line = await fleet(answers);
    const { code, out, err } = await line.run('upgrade', action, 'upgrade-1', ...options);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/wave +1 of 2/);
    expect(out).toMatch(/instance-9 +no disk/);
    expect(line.changes).toEqual([[`POST ${FU}/${route}`, body]]);
  });

  it('is shown, and its instances', async () => {
    const line = await fleet(answers);
    expect((await line.run('upgrade', 'status', 'upgrade-1')).out).toMatch(/versions +1\.0 → 2\.0/);
    expect((await line.run('upgrade', 'describe', 'upgrade-1', '-s', 's-1', '-p', 'pt-1')).out).toContain('IN_PROGRESS');
    expect((await line.run('upgrade', 'status', 'detail', 'upgrade-1')).out).toMatch(/instance-1 +FAILED +1 .*no disk/);
    expect((await line.run('upgrade', 'list', '-s', 's-1', '-p', 'pt-1', '--status', 'PAUSED')).out).toContain('upgrade-1');
    expect(JSON.parse((await line.run('upgrade', 'status', 'upgrade-1', '-o', 'json')).out)).toMatchObject({
      upgrade_id: 'upgrade-1',
      totalCount: 2,
    });
  });

  it.each([
    [['upgrade', '--version', '2.0'], 'Say which instances'],
    [['upgrade', 'instance-1'], 'Say to which version'],
    [['upgrade', 'instance-9', '--version', '2.0'], 'no instance "instance-9"'],
    [['upgrade', 'instance-1', '--version-name', 'autumn'], 'no version named "autumn"'],
    [['upgrade', 'instance-1', '--version', '2.0', '--soak', 'long'], '--soak "long" must be a time'],
    [['upgrade', 'instance-1', '--version', '2.0', '--halt-at', 'x'], '--halt-at "x" must be a whole number'],
    [['upgrade', 'instance-1', '--version', '2.0', '--gate', 'ready'], '--gate "ready" must be "Kind: condition"'],
    [['upgrade', 'instance-1', '--version', '2.0', '--filter', 'REGIONS'], '--filter "REGIONS" must be NAME=value'],
    [['upgrade', 'pause', 'upgrade-9'], 'no upgrade path "upgrade-9"'],
  ])('%j is told what is wrong', async (args, words) => {
    const line = await fleet(answers);
    expect(await line.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    expect(line.changes).toEqual([]);
  });
});

describe('maintenance-window', () => {
  const window = {
    subject: 'sub-1',
    weekdays: ['SAT'],
    start: '22:00',
    durationMinutes: 60,
    timeZone: 'UTC',
    open: false,
    changesAt: '2030-01-05T22:00:00Z',
  };
  it('is set, listed and deleted', async () => {
    const line = await fleet(({ method, path: at }) => {
      if (!at.startsWith('/api/fleet/maintenance-windows')) return undefined;
      return { body: method === 'GET' ? { maintenanceWindows: [window] } : window };
    });
    expect((await line.run('maintenance-window', 'set', 'sub-1', '--days', 'SAT', '--start', '22:00', '--duration', '60')).out).toMatch(
      /next at +2030/,
    );
    expect((await line.run('maintenance-window', 'list')).out).toMatch(/sub-1 +SAT +22:00 +60 +UTC +closed/);
    expect((await line.run('maintenance-window', 'delete', 'sub-1')).code).toBe(0);
    expect(line.changes).toEqual([
      ['PUT /api/fleet/maintenance-windows/sub-1', { weekdays: ['SAT'], start: '22:00', durationMinutes: 60, timeZone: 'UTC' }],
      ['DELETE /api/fleet/maintenance-windows/sub-1', undefined],
    ]);
    expect(await line.run('maintenance-window', 'set', 'sub-1', '--days', 'SAT', '--start', '22:00', '--duration', 'long')).toMatchObject({
      code: 1,
    });
  });
});
